# 门户：注册、登录、账号安全、服务须知，以及发给持证人的短信与邮件。

## 短信与邮件

message-code-register-subject = 注册验证码
message-code-register = 【{ $platform }】注册验证码：{ $code }，10 分钟内有效。请勿告知他人。
message-code-recover-subject = 找回密码验证码
message-code-recover = 【{ $platform }】找回密码验证码：{ $code }，10 分钟内有效。请勿告知他人；如非本人操作，请忽略。
message-code-contact-subject = 更换联系方式验证码
message-code-contact = 【{ $platform }】更换联系方式验证码：{ $code }，10 分钟内有效。请勿告知他人。
message-identity-claimed-subject = 有人以您的身份注册
message-identity-claimed = 【{ $platform }】有人通过了以您的身份进行的注册核验。您的账号没有变化。如非本人操作，请联系服务热线。
message-password-changed-subject = 密码已修改
message-password-changed = 【{ $platform }】您的密码已修改，其他设备均已退出登录。如非本人操作，请立即找回密码。
message-password-recovered-subject = 密码已重新设置
message-password-recovered = 【{ $platform }】您的密码已重新设置，所有设备均已退出登录。如非本人操作，请联系服务热线。
message-contact-changed-subject = 联系方式已更换
message-contact-changed = 【{ $platform }】您的联系方式已更换，本号码（邮箱）不再接收消息。如非本人操作，请联系服务热线。
message-second-step-on-subject = 已开启两步验证
message-second-step-on = 【{ $platform }】您的账号已开启两步验证。如非本人操作，请联系服务热线。
message-second-step-off-subject = 已关闭两步验证
message-second-step-off = 【{ $platform }】您的账号已关闭两步验证。如非本人操作，请联系服务热线。
