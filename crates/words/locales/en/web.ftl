# The portal: what all pages share, the public pages (home, help, news, contacts, scope), and the pages of errors.

web-skip = Skip to the content
web-demo-mark = Demo
web-demo = People and certificates are made up, the seals are test seals, and nothing here has any legal effect.
web-brand-under = Professional Qualification Certificates
web-size-elder = Large type
web-size-normal = Normal type
web-login = Log in
web-logout = Log out
web-description = Certificates of professional qualification: look them up, have them endorsed, download and verify them.
web-inbox-unread = { $count ->
    [one] { $count } unread message
   *[other] { $count } unread messages
}
web-nav = Main navigation
web-nav-home = Home
web-nav-certificates = My certificates
web-nav-verify = Verify
web-nav-scope = Scope
web-nav-scope-long = Scope of query and verification
web-nav-help = Help
web-foot-contacts = Contacts
web-foot-news = Notices
web-foot-accessibility = Accessibility
web-foot-privacy = Privacy
web-foot-law = An electronic certificate has the same legal effect as one on paper.
web-foot-licence = This system is open source, under the Apache-2.0 licence.
web-request-id = Request number:
web-form-summary = Please correct the following
web-form-error-prefix = Error:{" "}
web-form-stale = The page was open too long, or you logged in or out meanwhile; nothing was sent. Check the form and send it again

web-home-title = Certificates
web-home-lead = Query, endorse, download and verify electronic certificates of professional qualifications.
web-home-certificates = Holders log in to see their certificates, have them endorsed, download and print them.
web-home-verify = Anybody can check whether a certificate is genuine and in force. No account is needed.
web-home-scope = Which qualifications, levels and years can be queried and verified online.

web-problem-again = Try again
web-problem-form = Back to the form
web-problem-home = Go to the home page
web-problem-help = See the frequent questions
web-problem-contacts = Contact us
web-problem-400-title = The request could not be understood
web-problem-400 = What the browser sent is incomplete or malformed. Please go back, fill in the form again and send it once more.
web-problem-403-title = This cannot be done
web-problem-403 = Please go back, reload the page and try again.
web-problem-404-title = There is no such page
web-problem-404 = The address may be mistaken, or its content has moved. If you typed the address, please check it.
web-problem-405-title = This page cannot be opened like that
web-problem-405 = Please come by a link or a button of our pages.
web-problem-409-title = This cannot be done now
web-problem-409 = Nothing was changed.
web-problem-413-title = What you sent is too large
web-problem-413-file = A file can be at most { $megabytes } MB. Please choose a smaller one.
web-problem-413 = Please choose a smaller file or shorten what you wrote, and send it again.
web-problem-422-title = Something you sent is not right
web-problem-422 = Please go back, correct it and send it again.
web-problem-429-title = Too many attempts
web-problem-429 = Please wait a while and try again.
web-problem-500-title = Something went wrong with the system
web-problem-500 = The fault has been recorded. Please try again later; if it persists, contact us and give the request number below.
web-problem-503-title = The system is busy
web-problem-503 = Nothing was changed. Please wait a moment and try again.

web-news-title = Notices
web-news-none = There are no notices.
web-news-all = All notices
web-news-release = { $what }, { $year }: certificates are online and can be viewed and printed at any time.

web-help-title = Frequent questions
web-help-all = All questions
web-help-list = List of questions
web-help-else = Is your question not among them?

web-contacts-title = Contacts
web-contacts-hotline = Service hotline
web-contacts-who = If a certificate is in doubt
web-contacts-doubt = If you doubt what a certificate says, please contact the organisation that issued it; to have a name or document number corrected, contact the examination institution where you registered.
web-contacts-all = Contacts of the organisations
web-contacts-issuers = Issuing organisations
web-contacts-institutions = Examination institutions
web-contacts-phone = Telephone
web-contacts-email = E-mail
web-contacts-address = Address
web-contacts-hours = Hours
web-contacts-request-id = If the page showed a request number, please give it when you call or write: it helps to find the cause.

web-scope-lead = Certificates of these qualifications, levels and years can be queried and verified online, and are available as electronic certificates.
web-scope-qualification = Qualification
web-scope-level = Level
web-scope-year = Year
web-scope-years = Years
web-scope-region = Region
web-scope-online = Certificates online
web-scope-any = All
web-scope-search = Search
web-scope-found = { $count } { $count ->
    [one] entry
   *[other] entries
 }
web-scope-csv = Download as CSV
web-scope-xlsx = Download as Excel
web-scope-none = There are no such certificates
web-scope-none-why = They may not be online yet, or are not made centrally. Those of 2016 and before go online step by step; for those of 2017 and later please contact the issuing organisation.
web-scope-all = Show the whole scope
web-scope-note = The figures follow each publication. If a certificate within the scope is not found, please check first that name and document number are those you registered with.
web-scope-from = { $from } to the present
web-scope-from-until = { $from } to { $until }
web-scope-whole-country = The whole country
web-scope-no-level = No levels
web-level-1 = Class 1
web-level-2 = Class 2
web-level-3 = Class 3
web-level-a = Grade A
web-level-b = Grade B
web-level-c = Grade C
web-level-d = Grade D
web-level-junior = Junior
web-level-intermediate = Intermediate
web-level-senior = Senior
