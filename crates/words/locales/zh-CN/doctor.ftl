### 体检：doctor-<代码>，哪里不对，该怎么办

## 目录与配置

doctor-directory-good = 数据目录正常
doctor-directory-demo = 这是演示环境（测试专用章）
doctor-directory-missing = { $path } 尚未初始化；请运行 yinxin init
doctor-directory-wrong = 数据目录有问题（{ $error }）
doctor-directory-readable-by-others = { $path } 可被其他用户进入或读取（权限 { $mode }）；请改为仅所有者可用（chmod go= ）
doctor-config-good = 配置正常
doctor-portal-texts-good = 门户文字正常（portal.toml）
doctor-portal-texts-wrong = 门户文字有误（{ $error }：{ $reason }）；门户仍使用此前的文字，请更正 portal.toml
doctor-config-wrong = 配置有误（{ $error }）；请更正 yinxin.toml

## 密钥与印章

doctor-keys-good = 密钥文件齐全
doctor-keys-wrong = 密钥文件有问题（{ $error }）；请从备份恢复
doctor-keys-readable-by-others = { $path } 可被他人读取；请改为仅所有者可读（chmod go= ）
doctor-seals-wrong = 印章无法检查（{ $error }）
doctor-seals-no-root = 尚无受信任的根证书，不能用印，也不能核验；请把发证机构的根证书放入 { $path }
doctor-seal-good = 印章 { $seal } 可用
doctor-seal-national-good = 印章 { $seal } 有 SM2 密钥和电子印章，可生成 OFD 加注件
doctor-seal-not-registered = 目录中的印章 { $seal } 尚未登记
doctor-seal-expired = 印章 { $seal } 的证书有效期为 { $from } 至 { $until }，不能用印；请换发
doctor-seal-expires-soon = 印章 { $seal } 的证书将于 { $until } 到期；请换发
doctor-statement-key-good = 二维码带有由“{ $name }”签名的声明
doctor-statement-key-missing = 二维码只有网址：没有声明密钥。请为一把 P-256 或 SM2 密钥申领声明专用证书（见 docs/QR.md），并用“yinxin keys statement”启用
doctor-statement-key-expires-soon = 为二维码声明签名的“{ $name }”的证书将在 60 天内到期；请用“yinxin keys statement”更换
doctor-statement-key-wrong = 二维码声明的密钥不可用（{ $error }）：加注件只带网址。请用“yinxin keys statement”启用新的密钥
doctor-seal-key-wrong = 印章 { $seal } 的密钥不能用（{ $error }）
doctor-seal-not-national = 印章 { $seal } 没有 SM2 密钥和电子印章，只能生成 PDF 加注件
doctor-seal-national-wrong = 印章 { $seal } 的 SM2 密钥或电子印章不能用（{ $error }），不能生成 OFD 加注件
doctor-seal-national-unavailable = 印章 { $seal } 只能生成 PDF 加注件：密钥在设备中，设备不支持 SM2 签名，目录中的 SM2 密钥不会使用
doctor-sm2-certificate-expired = 印章 { $seal } 的 SM2 证书有效期为 { $from } 至 { $until }，不能生成 OFD 加注件；请换发证书并重新制作电子印章
doctor-sm2-certificate-expires-soon = 印章 { $seal } 的 SM2 证书将于 { $until } 到期；请换发证书并重新制作电子印章
doctor-electronic-seal-expired = 印章 { $seal } 的电子印章有效期为 { $from } 至 { $until }，不能生成 OFD 加注件；请制章者换发
doctor-electronic-seal-expires-soon = 印章 { $seal } 的电子印章将于 { $until } 到期；请制章者换发
doctor-time-stamps-not-wanted = 加注件按 { $level } 级别用印，不加时间戳
doctor-time-stamps-good = 由 { $authority } 加时间戳，加注件可达 { $level } 级别
doctor-time-stamps-unanswered = 没有时间戳机构给出可用的答复（{ $error }）；加注照常受理，加注件待时间戳恢复后生成
doctor-time-stamp-authority-missing = 签名级别 { $level } 需要时间戳机构，尚未设置，因此无法用印；请在 yinxin.toml 设置 [[timestamp.servers]]，或设 signature.level = "b-b"
doctor-ofd-time-stamps-good = 由 { $authority } 给 OFD 加注件加时间戳
doctor-ofd-time-stamps-unanswered = 没有国密时间戳机构给出可用的答复（{ $error }）；加注照常受理，OFD 加注件待时间戳恢复后生成
doctor-ofd-time-stamp-authority-missing = signature.ofd_time_stamp 要求给 OFD 加注件加时间戳，但没有设置国密时间戳机构，因此不生成 OFD；请在 yinxin.toml 设置 imprint = "sm3" 的 [[timestamp.servers]]，或关闭该项
doctor-revocation-lists-missing = crl/ 中没有吊销列表，加注件达不到设定级别；请放入印章和时间戳签发机构的吊销列表
doctor-revocation-lists-stale = crl/ 中的吊销列表全部过期，加注件达不到设定级别；请放入新的列表

## 字体

doctor-font-missing = 缺少字体 { $path }；Debian 上安装 fonts-noto-cjk 与 fonts-hanazono
doctor-fonts-good = 字体样式 { $style } 覆盖常用字与罕用字
doctor-fonts-lacking = 字体样式 { $style } 缺字：{ $characters }；含有这些字的证书不能生成

## 磁盘、时钟、数据库

doctor-disk-good = 磁盘剩余 { $megabytes } MB
doctor-disk-little-space = 磁盘只剩 { $megabytes } MB；请清理或扩容
doctor-disk-unknown = 无法得知磁盘剩余空间
doctor-clock-good = 时钟：{ $now }
doctor-clock-behind = 时钟 { $now } 早于系统建立的时间；请校准
doctor-database-good = 数据库正常（{ $engine }）
doctor-database-wrong = 数据库不可用（{ $error }）
doctor-audit-good = 审计链完整，共 { $entries } 条
doctor-audit-broken = 审计链已断；请保全数据库并查明原因
doctor-audit-wrong = 审计链无法检查（{ $error }）
doctor-recovery-good = 没有未完成的工作
doctor-recovery-pending = 有 { $pending } 件未完成的工作；请运行 yinxin recover
doctor-objects-orphaned = 有 { $objects } 个存储对象不属于任何记录（中断时遗留）；请运行 yinxin recover
doctor-objects-wrong = 无法查看对象存储（{ $error }）
doctor-recovery-wrong = 未完成的工作无法检查（{ $error }）
doctor-jobs-failed = { $jobs } 项后台任务（{ $kind }）已放弃，不再重试，原因：{ $reason }；请按原因处理，其余任务不受影响
doctor-jobs-wrong = 后台任务无法检查（{ $error }）
doctor-oidc-good = 身份提供方 { $issuer } 可用
doctor-oidc-unanswered = 身份提供方 { $issuer } 暂不可用（{ $reason }）：不能经它登录，密码登录照常。请检查 [oidc] 设置或联系对方

doctor-seal-not-active = 印章 { $seal } 不能用印：状态为 { $state }
