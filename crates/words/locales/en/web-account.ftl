# The portal: registration, log-in, security of the account, service notice; and what is sent to holders.

## What is sent

message-code-register-subject = Registration code
message-code-register = [{ $platform }] Registration code: { $code }, valid for 10 minutes. Tell it to nobody.
message-code-recover-subject = Password recovery code
message-code-recover = [{ $platform }] Password recovery code: { $code }, valid for 10 minutes. Tell it to nobody; if you did not ask for it, ignore it.
message-code-contact-subject = Code for your new contact
message-code-contact = [{ $platform }] Code for your new contact: { $code }, valid for 10 minutes. Tell it to nobody.
message-identity-claimed-subject = Somebody tried to register as you
message-identity-claimed = [{ $platform }] Somebody passed the identity check as you while registering. Your account has not changed. If it was not you, please call the hotline.
message-password-changed-subject = Password changed
message-password-changed = [{ $platform }] Your password was changed and other devices were logged out. If it was not you, recover it at once.
message-password-recovered-subject = Password set anew
message-password-recovered = [{ $platform }] Your password was set anew and all devices were logged out. If it was not you, call the hotline.
message-contact-changed-subject = Contact changed
message-contact-changed = [{ $platform }] Your contact was changed; nothing more will be sent here. If it was not you, call the hotline.
message-second-step-on-subject = Two-step log-in is on
message-second-step-on = [{ $platform }] Two-step log-in was turned on for your account. If it was not you, call the hotline.
message-second-step-off-subject = Two-step log-in is off
message-second-step-off = [{ $platform }] Two-step log-in was turned off for your account. If it was not you, call the hotline.
