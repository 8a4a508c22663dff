# 门户：用外部身份认证平台登录。

web-oidc-title = 使用{ $provider }登录
web-oidc-lead = 您将离开本系统，到{ $provider }（{ $host }）登录，完成后自动返回。
web-oidc-takes = 登录后，该平台会向本系统提供：
web-oidc-takes-name = 姓名
web-oidc-takes-document = 证件类型和证件号码
web-oidc-purpose = 这些信息只用来确认您的身份、找到您的证书。您在该平台的密码不会告诉本系统。
web-oidc-first = 第一次这样登录时，系统会为您建立账号，无需另外注册和实名认证。
web-oidc-proof-title = 在{ $provider }核验身份
web-oidc-proof-purpose = 这些信息只用来与您填写的身份比对。您在该平台的密码不会告诉本系统。
web-oidc-unproved-title = 身份没有核验
web-oidc-back-to-proof = 返回身份核验
web-oidc-go = 前往{ $provider }
web-oidc-password = 用证件号码和密码登录
web-oidc-failed-title = 没有登录
web-oidc-again = 重新登录
web-oidc-register = 注册账号
