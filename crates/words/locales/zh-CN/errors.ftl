### 拒绝与故障：error-<代码>。参数写在句子里

## 加注

error-quota-exhausted = 本证书 { $window_days } 日内已加注 { $used }/{ $max } 次，{ $next_possible_on } 起可再次申请
error-validity-out-of-range = 有效天数应为 1 至 { $longest } 天，现为 { $days } 天
error-clock-behind = 系统时间早于上一次申请，已停止受理；请检查时钟
error-endorsement-needed = 本证书须先申请加注，才能查看和下载
error-endorsement-not-needed = 本证书无需加注，可直接查看和下载
error-endorsement-expired = 加注已过有效期，不能查看和下载，请重新申请
error-endorsement-withdrawn = 加注已撤回
error-endorsement-void = 加注已作废
error-endorsement-not-ready = 证书生成中，请稍候
error-endorsement-not-found = 没有这条加注
error-pass-gone = 这个下载链接已经用过、已过期，或不存在；请在系统中重新生成
error-pictures-busy = 此刻查看的人较多，页面图像未能及时生成，请稍后再试，或直接下载
error-scenario-unknown = 没有这个使用场景
error-idempotency-mismatch = 同一提交编号已用于另一份申请

## 证书与变更

error-certificate-not-found = 没有这份证书
error-certificate-revoked = 证书已撤销
error-certificate-not-revoked = 证书未被撤销，无需恢复
error-certificate-not-online = 证书尚未上网
error-field-unknown = 没有这个字段
error-field-missing = 缺少 { $field }
error-nothing-to-correct = 更正的内容与现有内容相同
error-reason-unknown = 没有这个撤销原因
error-basis-missing = 须写明依据
error-request-not-found = 没有这条变更申请
error-request-not-open = 该变更申请已处理
error-query-number-not-found = 查询编号不存在或已过期

## 批次与导入

error-batch-not-found = 没有这个批次
error-batch-state = 批次目前的状态不允许这一步
error-maker-is-approver = 经办人不能审核自己经办的事项
error-organisation-unknown = 没有这个机构
error-organisation-may-not-import = 该机构无权导入
error-issuer-not-allowed = 该机构无权代此发证机构导入
error-file-not-found = 找不到文件
error-file-unreadable = 文件无法读取
error-file-type-unknown = 不支持这种文件，请使用 .csv、.tsv、.txt 或 .xlsx
error-file-exists = 文件已存在
error-roster-has-errors = 名册有误，未导入任何一行
error-roster-empty = 名册里没有数据行

## 权限与一般情形

error-forbidden = 无权进行此操作
error-staff-unknown = 没有名为 { $name } 的工作人员
error-role-missing = 缺少所需的角色
error-on-behalf-needed = 代持证人操作须写明原因（--on-behalf）
error-assurance-too-low = 尚未通过实名核验
error-consent-missing = 尚未同意服务须知
error-not-found = 没有找到
error-conflict = 与现有内容冲突
error-invalid = 输入有误
error-internal = 系统内部错误，已记录
error-format-unknown = 登记簿记有本版本不认识的文件格式：{ $format }；请使用更新的版本
error-unavailable = 服务暂不可用，请稍后再试

## 环境、数据库、密钥

error-not-initialised = 数据目录尚未初始化，请先运行 yinxin init
error-already-initialised = 数据目录已初始化
error-wrong-database = 该数据库属于另一个数据目录
error-demo-mark-differs = 数据目录与数据库的演示标记不一致
error-not-a-demo = 只有演示环境才能这样做
error-database-unavailable = 数据库暂不可用
error-database-not-named = 本数据目录的登记库在 { $engine } 上；请用 --database、YINXIN_DATABASE 或 yinxin.toml 指明
error-database-newer = 数据库由更新的版本建立，请升级程序
error-disk-full = 磁盘已满
error-key-missing = 缺少密钥
error-key-mismatch = 密钥与数据不符
error-rotation-running = 另一进程正在更换密钥：请等它结束后再试
error-retire-too-early = 用旧密钥加密的数据可能仍在写入登记库：请于 { $from } 之后再停用旧密钥
error-in-doubt = 连接在提交时中断，结果未知；请以同一提交编号重试
error-audit-unavailable = 无法写入审计记录，操作已拒绝
error-audit-broken = 审计链不完整
error-copy-missing = 保存的文件缺失或已损坏
error-copy-deleted = 文件已按期清理
error-trust-missing = 信任目录中没有根证书
error-seal-unknown = 没有这枚印章
error-seal-missing = 没有适用于该证书的印章
error-seal-not-national = 该印章没有 SM2 密钥和电子印章，不能生成 OFD 加注件；缺什么请运行 yinxin doctor
error-statement-key-missing = 没有二维码声明的密钥
error-statement-certificate-missing = trust/statement 文件夹中没有声明签名密钥的证书
error-statement-certificate-unfit = 证书 { $certificate } 不能用于二维码声明：须含扩展密钥用途 { $purpose }，且不得属于签发机构
error-statement-key-expired = 声明密钥的证书目前无效（有效期至 { $until }）
error-seal-not-active = 印章未启用或已注销
error-digest-changed = 重新生成的内容与已登记的意图不同
error-self-check-failed = 生成的文件未通过自检，已丢弃
error-level-not-reached = 加注件未达到设定的签名级别，未予交付；缺什么请运行 yinxin doctor
error-time-stamp-not-trusted = 时间戳机构不在信任列表中；请把其根证书放入信任目录的 tsa/ 下
error-time-stamp-unavailable = 没有时间戳机构给出可用的答复（{ $server }：{ $reason }）；加注已受理，加注件待时间戳恢复后生成
error-time-stamp-authority-missing = 签名级别 { $level } 需要时间戳机构，尚未设置；请设置 [[timestamp.servers]]，或设 signature.level = "b-b"
error-ofd-time-stamp-authority-missing = 设置要求给 OFD 加注件加时间戳（signature.ofd_time_stamp），但没有国密时间戳机构；请设置 imprint = "sm3" 的 [[timestamp.servers]]，或关闭该项
error-time-stamp-missing = 刚用印的加注件缺少应有的时间戳，已作废
error-time-stamp-client-failed = 无法建立与时间戳机构的连接
error-pdf-not-extendable = 文件没有留出文档时间戳的位置

## 版面与字体

error-no-glyph = 字体中没有这个字：{ $text }（{ $code_points }），不能生成
error-unprintable-character = 含有不能打印的控制字符
error-needs-shaping = 含有暂不支持排版的文字
error-font-unusable = 字体无法使用
error-unknown-style = 没有这种字体样式
error-foreign-glyph = 字形不属于这个字形库
error-too-many-glyphs = 字形过多
error-text-does-not-fit = 文字太长，版面放不下
error-qr-too-long = 二维码内容过长
error-qr-parameter = 二维码参数有误

## 密码与签名

error-malformed-encoding = 编码不正确
error-too-large = 内容过大
error-not-pem = 不是 PEM 格式
error-unsupported = 不支持
error-key-rejected = 密钥不可用
error-wrong-passphrase = 口令不正确
error-invalid-spec = 证书内容不正确
error-primitive-failed = 密码运算失败
error-signer-busy = 签名设备繁忙，请稍后再试
error-pin-refused = 签名设备拒绝了 PIN
error-pin-locked = 签名设备的 PIN 已锁定
error-token-gone = 签名设备不在
error-key-not-found = 签名设备中没有这把密钥
error-device-failed = 签名设备故障

## 数据库

error-commit-in-doubt = 连接在提交时中断，结果未知；请以同一提交编号重试
error-busy = 系统繁忙，请稍后再试
error-locked = 数据库正被占用（例如备份），请稍后再试
error-connection-lost = 与数据库的连接中断
error-deadlock = 与另一操作冲突，请重试
error-timeout = 超时，请稍后再试
error-read-only = 数据库处于只读状态
error-io = 磁盘读写失败
error-closed = 数据库已关闭
error-transaction-failed = 事务中较早的一步失败，已全部撤回
error-transaction-panicked = 事务意外中止，已全部撤回
error-foreign-await = 事务等待了外部操作，已撤回
error-statement-refused = 数据库拒绝了一条语句，已记录
error-stored-value-malformed = 数据库中的一个值不合格式
error-sealed-value-broken = 加密保存的一个值无法解开：已损坏、被移动或密钥不符
error-migration-changed = 数据库的迁移记录与程序不符
error-database-address = 数据库地址无法理解

## 文件

error-not-one-character = 不是一个字
error-not-pdf = 不是 PDF 文件
error-pdf-encrypted = PDF 文件已加密
error-pdf-limit-exceeded = PDF 文件超出允许的规模
error-pdf-no-cross-reference = PDF 文件没有可读的交叉引用表
error-pdf-no-catalog = PDF 文件没有可读的目录
error-pdf-malformed = PDF 文件格式不正确

## 名册、模板、配置

error-roster-damaged = 工作簿已损坏
error-roster-encoding = 文件编码无法识别（接受 UTF-8、带 BOM 的 UTF-16 与 GB18030）
error-roster-encrypted = 工作簿已加密
error-roster-headings-missing = 没有找到表头（在前 10 行中查找）
error-roster-macros = 工作簿带有宏，请另存为 .xlsx
error-roster-too-large = 名册超过允许的大小
error-template-invalid = 版面模板有误
error-template-syntax = 版面模板无法读取
error-file-permission = 没有读写该文件的权限
error-catalogue-invalid = 目录数据有误
error-config-invalid = 配置有误
error-portal-texts-invalid = portal.toml 有误：{ $reason }
error-job-unreadable = 后台任务的内容无法读取
error-job-unknown = 任务由更新的版本安排，本程序不认识
error-demo-trust-failed = 演示信任体系未能生成
error-instance-file-damaged = 数据目录的标识文件已损坏
error-key-file-damaged = 密钥文件已损坏
error-object-store-failed = 文件存储暂不可用
error-s3-not-built = 本程序未包含 S3 支持
error-operator-name = 运维员的名称不正确

## 命令行

error-usage = 用法不对
error-copy-format-differs = 文件名 { $file } 与格式 { $format } 不符；请改用相应的扩展名，或省略 --format
error-date-form = 日期应写作 YYYY-MM-DD
error-field-form = 应写作 字段=值
error-clock-form = 时间应写作 2026-03-01T09:00:00+08:00
error-id-form = 编号的格式不正确
error-not-a-file = { $path } 不是文件：请给出 PDF 或 OFD 文件的路径
error-file-too-large = 文件过大

## 写 PDF

error-drawing-not-finite = 图形的坐标不是有限数
error-drawing-not-vector = 图形不是矢量
error-pdf-date-out-of-range = 日期超出 PDF 可写的范围
error-pdf-too-many = PDF 的内容过多
error-picture-unusable = 图片无法使用
error-signature-too-large = 签名值放不下

## 画图

error-raster-too-large = 图片没有像素或像素过多
error-raster-not-written = 图片写不出来

## 写 OFD

error-ofd-character = 含有 OFD 不能保存的控制字符
error-ofd-time-out-of-range = 时间超出 OFD 可写的范围
error-ofd-too-many = OFD 的内容过多

## 导入与人员

error-catalogue-drops = 新目录缺少登记中仍在使用的条目
error-duplicate-in-register = 管理号已在登记中
error-import-running = 同一名册正在导入
error-import-rolled-back = 导入中断，已全部撤回
error-photos-unreadable = 照片包无法读取
error-role-unknown = 没有这个角色

## 印章与证件

error-seal-twice = 印章重复
error-document-type-unknown = 没有这种证件类型

## 信任

error-trust-unusable = 信任目录中的文件无法使用
error-list-renewal-failed = 吊销列表未能更新

## 其他

error-blob-damaged = 保存的文件已损坏或被移动
error-date-in-future = 日期晚于今天
error-certificate-changed = 证书在此期间已变更，请重新申请

## 演示、加注、模板

error-demo-half-made = { $data } 中的演示数据未生成完；请删除该目录后重新运行 yinxin demo
error-demo-failed = 无法生成演示数据：{ $roster } { $error }
error-addition-missing = 该使用场景须填写补充说明（--addition）
error-addition-not-taken = 该使用场景不需要补充说明
error-idempotency-key-form = 幂等键须为 1 至 100 个字符，不含控制字符
error-draft-over = 这份申请的确认页已经失效：超过一天，或者网址不完整。请重新填写
error-pin-missing = 环境变量 { $variable } 中没有签名设备的口令
error-template-unknown = 印章所用的模板 { $template } 既不是内置模板，也不在模板目录中
error-transaction-abandoned = 该步骤已撤回

error-seal-certificate-unfit = 证书 { $certificate } 属于签发机构，或不得用于签名
error-seal-deregistered = 印章 { $seal } 已注销，不能再启用

error-last-operator = { $name } 是最后一名在用的操作员；请先指定另一名

error-seal-certificate-differs = 印章 { $seal } 的证书文件与登记的不一致；请用 yinxin seal add 登记
error-register-missing = 登记库 { $path } 不存在；请从备份恢复
error-audit-head-damaged = 无法读取 { $path }；审计链的留存值已丢失
error-date-before-approval = 日期 { $on } 早于批准日期

## Seals on SM2 and their electronic seals

error-electronic-seal-unreadable = 该文件不是电子印章（GB/T 38540），或已损坏
error-electronic-seal-version = 电子印章的版本为 { $found }；可用的是第 4 版（GB/T 38540-2020）和第 5 版（GM/T 0031-2025）
error-sm2-certificate-needed = 证书 { $certificate } 不是 SM2 证书；文件中第一张应为印章的 SM2 证书
error-sm2-key-differs = SM2 密钥与证书 { $certificate } 不符
error-electronic-seal-of-another = 电子印章 { $electronic_seal } 的签章者列表中没有证书 { $certificate }；请制章者按该证书制作
error-electronic-seal-named-otherwise = 电子印章 { $electronic_seal } 的名称为“{ $name }”，而证书属于“{ $certificate }”；请制章者按证书上的名称，或按单位名称加印章种类（……章）命名
error-electronic-seal-not-genuine = 电子印章 { $electronic_seal } 与制章者所制不符（{ $reason }）；请向制章者重新索取
error-seal-maker-untrusted = 没有受信任的根证书能证明制章者“{ $maker }”（{ $reason }，签发机构“{ $issuer }”）；请把根证书放入 trust/sm2/，签发机构证书放入 trust/intermediates/
error-seal-maker-is-holder = 制作电子印章 { $electronic_seal } 的“{ $maker }”自己可以使用该印章，或持有另一枚印章；请由不持有印章的制章者制作
error-seal-maker-not-named = trust/makers/ 目录中没有制作 { $seal } 电子印章的“{ $maker }”的证书；请放入其证书，或重新登记该印章（seal add）
error-seal-maker-out-of-time = 制章者“{ $maker }”的证书在制章时无效（{ $reason }）
error-sm2-certificate-untrusted = 没有受信任的根证书能证明证书 { $certificate }（{ $reason }，签发机构“{ $issuer }”）；请把根证书放入 trust/sm2/，并在证书文件中附上签发机构证书
error-sm2-certificate-not-valid = 证书 { $certificate } 目前无效（{ $reason }）
error-electronic-seal-not-valid = 电子印章 { $electronic_seal } 的有效期为 { $from } 至 { $until }，目前无效
error-seal-certificate-needed = 印章 { $seal } 尚未登记：请同时提供其 PDF 签名证书（--certificate）
error-seal-key-differs = 密钥与证书 { $certificate } 不符
error-national-seal-unregistered = 印章 { $seal } 的 SM2 证书和电子印章在目录中但未登记；请用 yinxin seal add 登记
error-national-seal-differs = 印章 { $seal } 的 SM2 证书或电子印章与登记的不一致；请用 yinxin seal add 登记
error-national-unavailable = 印章密钥在设备中（signer.kind），设备不支持 SM2 签名，也不会改用文件中的 SM2 密钥：不能生成 OFD；PDF 不受影响
error-seal-not-in-force = 印章 { $seal } 目前不能用印：所用证书或电子印章的有效期为 { $from } 至 { $until }；请换发，具体见 yinxin doctor
error-seal-newer-than-copy = 印章 { $seal } 所用证书或电子印章自 { $from } 起才有效，而该加注件的时间为 { $made_at }；请重新申请加注

# 门户
error-address-taken = 不能在 {$address} 上监听：{$reason}。请换一个地址或端口，或停止占用它的程序
error-portal-busy = 系统繁忙，请稍候再试
error-field-twice = 同一项内容提交了两次
error-body-incomplete = 内容没有完整送达，请重新提交
error-form-expired = 页面已过期。请返回上一页，刷新后重新提交
error-not-yours = 请先登录，再进行这项操作
error-page-not-found = 没有找到这个页面

# 公开查询的限制与查看凭证
error-rate-limited = 操作过于频繁，请在 { $retry_after } 秒后再试
error-proof-missing = 未能确认这是由人提交的。请重新提交；如浏览器关闭了脚本，请在页面打开 5 秒后再提交
error-proof-invalid = 未能确认这是由人提交的，请重新提交
error-proof-expired = 页面停留时间过长，请重新提交
error-proof-used = 这一页已经提交过，请重新提交
error-proof-too-early = 浏览器关闭了脚本时，请在页面打开 { $seconds } 秒后再提交
error-readers-busy = 正在核验的文件较多，请稍候再试
error-picture-kind = 请选择 PNG 或 JPEG 图片
error-picture-too-large = 图片过大：文件不超过 { $megabytes } MB，像素不超过 { $megapixels } 百万
error-picture-unreadable = 图片已损坏，无法读取。请重新拍照或截图
error-no-code-in-picture = 图片中没有找到可以识别的二维码。请让二维码清晰、完整、占满画面，重新拍照
error-share-not-found = 没有找到这条分享记录
error-share-unknown = 没有找到这个链接对应的内容，请核对链接是否完整
error-share-recalled = 持证人已收回这个链接
error-share-expired = 这个链接已过有效期
error-share-used-up = 这个链接允许的查看次数已经用完
error-share-locked = 查看码多次输入错误，这个链接已经锁定
error-share-ended = 这个链接对应的证书或加注已失效
error-share-view-over = 本次查看的时间已到，请重新打开链接
error-share-pin-missing = 请填写查看码
error-share-pin-wrong = 查看码不正确，还可以输入 { $left } 次
error-share-text-missing = 请填写这一项
error-share-views = 查看次数应为 1 至 { $most }
error-share-last-day = 最后一天应在 { $first } 至 { $latest } 之间
error-share-too-many = 同一证书最多可以有 { $most } 条有效的分享，请先收回不再需要的

## 账号与登录

error-password-too-short = 密码至少 { $shortest } 个字符
error-password-too-long = 密码不能超过 { $longest } 个字符
error-password-common = 这个密码太常见，容易被猜到，请换一个
error-password-personal = 密码中不能包含本人的姓名、证件号码、手机号码或邮箱名
error-password-missing = 请先设置密码
error-password-wrong = 密码不正确
error-contact-invalid = 请填写正确的手机号码或电子邮箱。境外手机号码以“+”和国家（地区）代码开头
error-code-form = 验证码是 6 位数字
error-code-wrong = 验证码不正确，还可以输入 { $left } 次
error-code-over = 验证码已失效，请重新开始
error-code-sent-recently = 验证码发送过于频繁，请在 { $seconds } 秒后再试
error-log-in-failed = 证件号码或密码不正确。如果尚未注册，请先注册
error-log-in-paused = 尝试次数过多，请在 { $seconds } 秒后再试
error-log-in-over = 登录已超时，请重新登录
error-login-queue-full = 登录的人太多，排队已满，请稍后再试
error-second-step-wrong = 动态验证码或备用码不正确
error-registration-over = 注册已超时或已完成，请登录；如未完成，请重新注册
error-identity-registered = 该身份已经注册。请直接登录；忘记密码请找回；联系方式已停用请拨打服务热线
error-proof-needs-phone = 身份核验需要本人名下的手机号码。请退出并重新填写，改用手机号码注册
error-identity-proof-unavailable = 身份核验服务暂时不可用，注册信息已保留，请稍后再试
error-proof-paused = 核验次数过多，请在 { $seconds } 秒后再试
error-account-not-found = 没有可用密码登录的账号
error-session-not-found = 没有这个登录设备，可能已经退出
error-service-notice-changed = 服务须知刚刚更新，请阅读新的内容
error-service-notice-length = 服务须知不能为空，且不超过 { $longest } 字节
error-message-not-sent = 验证码没有发送成功，请稍后再试
error-sms-not-set-up = 本系统不能发送短信，请填写电子邮箱
error-mail-not-set-up = 本系统不能发送邮件，请填写手机号码
error-gateway-is-for-demos = { $gateway } 设置的方式只能用于演示环境

## 外部身份认证登录

error-oidc-not-offered = 本系统没有开通这种登录方式
error-oidc-unavailable = 身份认证平台暂时无法使用。您可以稍后再试，也可以用证件号码和密码登录
error-oidc-attempt-over = 这次登录已经失效：停留时间过长、已经用过，或者是在另一个浏览器中开始的。请重新登录
error-oidc-declined = 您在身份认证平台上取消了登录，或者没有同意提供身份信息。没有作任何更改
error-oidc-answer-refused = 身份认证平台的答复没有通过安全检查，未予登录
error-oidc-claims-missing = 身份认证平台没有提供登录所需的身份信息（{ $claims }）。请先在该平台完成实名认证，并同意向本系统提供姓名和证件信息
error-oidc-claims-unusable = 身份认证平台提供的身份信息不符合证件规则（{ $claim }）。请在该平台核对您的姓名和证件信息
error-oidc-proves-nothing = 该平台的身份信息不能作为本系统的实名依据，不能用它登录。请在本系统注册并完成实名认证
error-oidc-not-for-demos = 演示系统只接受虚构人员的身份，真实的姓名和证件号码不予登录，也没有保存
error-oidc-client-failed = 连接身份认证平台的程序未能启动
error-proof-elsewhere = 本系统由外部身份认证平台核验身份。请返回身份核验页，前往该平台
error-passkey-not-offered = 本系统的网址不能使用通行密钥
error-passkey-refused = 没有登录：这个通行密钥不能用于登录您的账号，可能已被移除。请改用证件号码和密码
error-passkey-over = 这次操作已经失效：停留时间过长、已经用过，或者是在另一个浏览器中开始的。请重新开始
error-passkey-not-made = 没有添加通行密钥：设备的答复没有通过检查，或者该设备已经添加过。请重新开始
error-passkey-not-discoverable = 没有添加：这个设备不能保存通行密钥供登录时选用。请换用另一个设备或者密码管理器
error-passkey-unknown = 没有这个通行密钥，可能刚刚在别处更名或者移除
error-passkey-name-length = 请为通行密钥起一个名称，1 至 { $longest } 个字
error-passkeys-too-many = 最多可以有 { $most } 个通行密钥。请先移除不再使用的
error-log-in-again = 为确认是您本人，请退出并重新登录，然后在 10 分钟内回到这里
