### 核验所见：finding-<代码>，说明某项检查为何是那个结果

## 签名

finding-intact-good = 签名正确
finding-intact-digest-mismatch = 内容与签名时的摘要不符
finding-intact-bad-signature = 签名不正确
finding-intact-signing-certificate-mismatch = 签名所指的证书与所附证书不符
finding-intact-no-signer-certificate = 未附签章人的证书
finding-intact-bad-attributes = 签名属性缺失或不正确
finding-intact-unsupported-algorithm = 签名算法不受支持

## 证书链

finding-seal-trusted-unknown-issuer = 签名证书由“{ $issuer }”签发，本平台不信任它
finding-seal-trusted-bad-chain-signature = 证书链中的签名不正确
finding-seal-trusted-unsupported-chain-algorithm = 证书链使用了不受支持的算法
finding-seal-valid-at-signing-not-yet-valid = 用印时印章证书尚未生效（自 { $from } 起有效）
finding-seal-valid-at-signing-expired = 用印时印章证书已过期（有效至 { $until }）
finding-seal-trusted-not-an-authority = 链中的证书无权签发
finding-seal-trusted-path-too-long = 证书链过长
finding-seal-trusted-wrong-key-usage = 证书的密钥用途不允许签章
finding-seal-trusted-unknown-critical-extension = 证书含有无法识别的关键扩展

## 签名覆盖的范围

finding-intact-byte-range-missing = 签名没有说明它覆盖的范围
finding-intact-byte-range-malformed = 签名范围的写法不正确
finding-intact-byte-range-not-at-start = 签名没有从文件开头覆盖
finding-intact-byte-range-overlap = 签名范围互相重叠
finding-intact-byte-range-beyond-file = 签名范围超出文件
finding-intact-byte-range-many-gaps = 签名留空不止一处
finding-intact-byte-range-short = 签名之后还有内容
finding-intact-contents-not-the-gap = 留空处不只是签名值
finding-intact-contents-missing = 没有签名值
finding-intact-contents-empty = 签名值为空
finding-intact-contents-not-direct-hex = 签名值的存放方式不正确
finding-intact-coverage-not-a-revision = 签名范围在一次修订的中间结束
finding-intact-changed-after-signing = 签名之后文件又被修订
finding-intact-object-in-gap = 签名留空处藏有内容
finding-intact-unbound-signature = 签名不属于任何签名域
finding-intact-shared-signature = 同一签名被多个签名域引用
finding-intact-signature-removed = 较早的签名被移除

## 文件结构

finding-intact-leading-bytes = 文件开头有多余内容
finding-intact-trailing-bytes = 文件末尾有多余内容
finding-intact-duplicate-key = 同一项出现两次
finding-intact-duplicate-object = 同一对象出现两次
finding-intact-unlisted-object = 有未登记的对象
finding-intact-loose-bytes = 附加的内容中有不属于任何对象的字节，其中可能藏有他物
finding-intact-xref-wrong-object = 交叉引用指向了别的对象
finding-intact-xref-loop = 交叉引用循环
finding-intact-xref-unreadable = 交叉引用无法读取
finding-intact-unreadable-object = 有无法读取的对象
finding-intact-stream-length = 数据流的长度不符
finding-intact-tree-loop = 页面或域的结构循环
finding-intact-active-content = 文件中含有打开时可能执行、或指向外部的内容（动作、脚本、附件、网址）
finding-intact-content-not-searched = 文件过大，未能全部查找其中的动作与附件

## 与本平台所制的写法不同

finding-intact-header-differs = 文件开头与本平台所制不同
finding-intact-not-one-revision = 文件不止一次修订
finding-intact-not-one-signature = 文件的签名不是恰好一个
finding-intact-signature-dictionary-differs = 签名字典的写法与本平台所制不同
finding-intact-contents-not-lower-hex = 签名值没有用小写十六进制书写
finding-intact-contents-not-der = 签名值不是一个规范的 DER 值
finding-intact-contents-padding-not-zero = 签名值之后的填充不是零
finding-intact-trailer-differs = 文件末尾的写法与本平台所制不同
finding-intact-update-differs = 签名之后附加的内容与本平台的写法不同
finding-intact-time-stamp-of-other-data = 时间戳对应的不是这些数据
finding-intact-time-stamp-names-no-certificate = 时间戳未指明其签发机构的证书
finding-intact-time-stamp-unsupported = 时间戳使用了本平台不作判断的算法
finding-intact-time-stamp-broken = 时间戳不成立，已被改动
finding-intact-time-stamp-unreadable = 时间戳无法读取

## 签名之后的改动

finding-change-page-content = 签名后改动了页面内容
finding-change-page-tree = 签名后改动了页面的数量或顺序
finding-change-annotation = 签名后改动了批注
finding-change-form-field = 签名后改动了表单
finding-change-signature = 签名后改动了签名域
finding-change-doc-time-stamp = 签名后加了时间戳
finding-change-dss = 签名后加了验证信息
finding-change-metadata = 签名后改动了元数据
finding-change-catalog = 签名后改动了文件目录
finding-change-other = 签名后有其他改动

## 文件是否完整

finding-intact-intact = 文件与加盖印章时完全一致
finding-intact-extended-after-signing = 盖章之后只增加了签名、时间戳或验证信息，所见内容未变
finding-intact-extended-after-release = 签发的内容未变，但此后有人附加了时间戳或验证信息：文件与签发的文件并非逐字节相同
finding-intact-other-file-inside = 附加的内容中藏有另一个文件
finding-intact-time-stamp-not-covered = 印章所保护的内容未变；时间戳不在印章的保护范围内，其签发机构又不受信任，时间戳可能已被替换
finding-intact-no-signature = 文件没有电子签名
finding-intact-signature-kind-unsupported = 不支持这种签名
finding-intact-signature-unreadable = 签名无法读取
finding-intact-signature-not-canonical = 签名的写法与本平台所制不同
finding-intact-certificate-unused = 签名中夹带了与证书链无关的证书
finding-intact-truncated = 文件不完整：末尾缺失。请重新下载，或请发送者重新发送
finding-intact-signer-name-differs = 文件所称的印章与实际签名的印章不一致
finding-intact-time-stamp-missing = 文件中应有的时间戳已被移除
finding-intact-document-stamp-missing = 文件中应有的文档时间戳已被移除
finding-intact-security-store-missing = 文件中应有的验证数据已被截去
finding-intact-certification-violated = 文件被以首位签章人禁止的方式修改
finding-intact-revised-between-signatures = 两次签名之间内容有改动：所见内容仅由后一签名保护
finding-intact-not-pdf = 不是 PDF 或 OFD 文件
finding-intact-pdf-encrypted = PDF 文件已加密，不能读取
finding-intact-pdf-limit-exceeded = PDF 文件超出允许的规模
finding-intact-pdf-no-cross-reference = PDF 文件已损坏：没有可读的交叉引用表
finding-intact-pdf-no-catalog = PDF 文件已损坏：没有可读的目录
finding-intact-pdf-malformed = PDF 文件已损坏：格式不正确

## 印章

finding-seal-owner-sealed-by = 由“{ $seal }”签章
finding-seal-owner-claimed-by = 自称由“{ $seal }”签章，无法证实
finding-seal-trusted-trusted-root = 签名证书由本平台信任的机构签发
finding-seal-trusted-revocation-not-checked = 签名证书可信；没有吊销列表，未检查是否被吊销
finding-seal-trusted-revocation-list-stale = 签名证书可信；吊销列表应在 { $due } 前更新
finding-seal-valid-at-signing-valid-when-used = 用印时印章有效
finding-seal-valid-at-signing-no-signing-time = 文件没有写明用印时间
finding-seal-valid-at-signing-signing-time-in-future = 文件所述的用印时间晚于现在
finding-seal-valid-at-signing-seal-revoked = 用印时印章证书已被吊销（{ $revoked_at }）
finding-seal-valid-at-signing-seal-compromised = 印章证书因密钥泄露于 { $revoked_at } 被吊销，没有时间戳证明用印在此之前
finding-seal-valid-at-signing-seal-revoked-unproven = 印章证书于 { $revoked_at } 被吊销，吊销原因不能排除密钥泄露，没有时间戳证明用印在此之前
finding-seal-valid-at-signing-seal-revoked-later = 用印时印章有效，其证书后于 { $revoked_at } 被吊销
finding-time-stamp-no-time-stamp = 没有时间戳；用印时间由文件自述
finding-time-stamp-time-stamp-good = { $authority } 证明用印不晚于 { $at }
finding-time-stamp-time-stamp-not-trusted = { $authority } 的时间戳载明 { $at }，但该机构不在信任列表中
finding-time-stamp-time-stamp-before-signing = 时间戳（{ $at }）早于文件自述的用印时间
finding-time-stamp-time-stamp-of-other-data = 时间戳对应的是别的数据，不具证明效力
finding-time-stamp-time-stamp-names-no-certificate = 时间戳未指明其签发机构的证书，不具证明效力
finding-time-stamp-time-stamp-unsupported = 时间戳使用了本平台不作判断的算法
finding-time-stamp-time-stamp-broken = 时间戳不成立，不具证明效力
finding-time-stamp-time-stamp-clock-differs = 时间戳机构的时钟与本机相差太多
finding-time-stamp-time-stamp-unreadable = 时间戳无法读取
finding-seal-owner-not-reached = 前面的检查未通过或者无法进行，未再检查
finding-seal-trusted-not-reached = 前面的检查未通过或者无法进行，未再检查
finding-seal-valid-at-signing-not-reached = 前面的检查未通过或者无法进行，未再检查
finding-time-stamp-not-reached = 前面的检查未通过或者无法进行，未再检查

## 电子印章（GB/T 38540）

finding-intact-version-mismatch = 签章与其中电子印章的版本不一致
finding-intact-bad-signer-signature = 电子印章的签章值验证失败
finding-intact-signer-certificate-unreadable = 签章人的证书无法读取
finding-intact-signature-not-der = 签名值的存放形式不常见
finding-intact-data-hash-mismatch = 所签的不是本文件的清单
finding-intact-path-mismatch = 签章是为文件包中的另一位置所作
finding-intact-seal-file-differs = 签章中的电子印章与另存的印章文件不一致
finding-intact-seal-algorithm-unsupported = 电子印章使用的算法不受支持
finding-seal-trusted-seal-algorithm-unsupported = 电子印章使用了不支持的算法
finding-intact-maker-certificate-unreadable = 电子印章制章人的证书无法读取
finding-intact-signer-digest-unsupported = 电子印章以不支持的方式列出可使用者
finding-intact-unknown-critical-extension = 电子印章含有未知的关键扩展项
finding-seal-trusted-bad-seal-signature = 电子印章与制章人制作时不同
finding-seal-trusted-maker-certificate-unreadable = 制章人的证书无法读取
finding-seal-trusted-signer-not-listed = 签章人不在电子印章的授权名单中：该印章被他人使用
finding-seal-trusted-seal-name-differs = 电子印章的名称与签章人证书上的名称不符
finding-seal-trusted-maker-is-holder = 电子印章由可以使用它的人自己制作，没有第三方证明
finding-seal-trusted-maker-not-named = 电子印章由“{ $maker }”制作，不在本平台认可的制章人之列（根证书旁的 makers 目录）
finding-seal-trusted-signer-digest-unsupported = 电子印章的授权名单写法不受支持
finding-seal-valid-at-signing-seal-not-yet-valid = 使用时电子印章尚未生效
finding-seal-valid-at-signing-seal-expired = 使用时电子印章已过有效期
finding-seal-valid-at-signing-time-unreadable = 电子印章的使用时间无法读取
finding-intact-seal-time-stamp-unproven = 电子印章的签名带有时间戳，其中未见矛盾；各厂家做法未经验证，不作为时间证明
finding-time-stamp-seal-time-stamp-unproven = 电子印章的签名带有时间戳，其中未见矛盾；各厂家做法未经验证，不作为时间证明

## 二维码声明

finding-intact-statement-intact = 二维码声明未被改动
finding-intact-statement-changed = 二维码声明被改动过，或与其密钥不符
finding-intact-statement-unreadable = # 之后的内容不是二维码声明；请重新扫描
finding-intact-statement-form-unknown = 声明已签名，但其格式本程序不认识；请使用更新的版本
finding-intact-not-our-code = 这不是本平台证书上的二维码：请扫描加注件上的二维码
finding-intact-statement-absent = 二维码中只有网址：没有网络无法核验
finding-intact-statement-key-unknown = 声明未能核验：本机没有其密钥的证书
finding-seal-owner-statement-signed-by = 声明由“{ $name }”签名
finding-seal-trusted-statement-key-unknown = 根证书旁的 statement 文件夹中没有密钥 { $key_id } 的证书；请取得平台最新公布的证书
finding-seal-valid-at-signing-statement-key-valid = 声明的密钥有效
finding-seal-valid-at-signing-statement-key-out-of-time = 声明密钥的证书已过期或尚未生效
finding-seal-valid-at-signing-statement-key-revoked = 声明密钥的证书已于 { $revoked_at } 被吊销
finding-endorsement-stated-in-force = 按声明，加注有效期至 { $valid_until }；此后是否撤回，只有登记知道
finding-register-statement-not-of-copy = 登记中该加注件的声明与此不同：二维码系拼凑而成
finding-register-code-says-enough = 未查询登记：二维码本身不真实
finding-register-token-absent = 未查询登记：只给出了 # 之后的内容，没有网址
finding-certificate-codes-unknown = 声明中有本机目录不认识的代码；目录可能早于该加注件

## OFD 文件包

finding-intact-not-ofd = 不是 OFD 文件
finding-intact-ofd-encrypted = OFD 文件已加密，不能读取
finding-intact-ofd-limit-exceeded = OFD 文件超出允许的规模
finding-intact-ofd-unsupported = OFD 文件使用了不应出现的压缩包特性
finding-intact-ofd-malformed = OFD 文件已损坏：压缩包格式不正确
finding-intact-hidden-bytes = 文件包中有不属于任何部件的内容
finding-intact-overlapping-entries = 文件包中的部件互相重叠
finding-intact-duplicate-entry = 文件包中有重复的部件
finding-intact-case-duplicate = 文件包中有仅大小写不同的部件名
finding-intact-unsafe-name = 文件包中有不安全的部件名
finding-intact-local-mismatch = 文件包目录与部件头不一致
finding-intact-sum-mismatch = 部件已损坏：校验和不符
finding-intact-unreadable-part = 部件无法解压
finding-intact-xml-malformed = 部件不是合法的 XML
finding-intact-xml-doctype = 部件含有不允许的文档类型声明
finding-intact-repeated-element = 只应出现一次的内容出现了多次
finding-intact-part-missing = 缺少文档所需的部件
finding-intact-many-documents = 文件包含有多个文档
finding-intact-digest-method-unknown = 不支持该签名的摘要算法
finding-intact-reference-missing = 缺少签名所保护的部件
finding-intact-reference-malformed = 受保护部件的摘要值无法读取
finding-intact-referenced-twice = 签名重复列出同一部件
finding-intact-part-not-covered = 有部件不在签名保护范围内
finding-intact-part-not-covered-by-all = 有部件不在全部签名的保护范围内
finding-intact-signatures-unprotected = 签名列表未受保护，签名可能被增删
finding-intact-second-signature = 文件包有第二个签名
finding-intact-too-many-signatures = 签名过多，无法逐一核验
finding-intact-unlisted-signature = 文件包中有未列出的签名文件
finding-intact-signed-value-missing = 缺少签名值
finding-intact-stamp-missing = 签名没有印章外观
finding-intact-stamp-page-missing = 印章所在的页面不存在
finding-intact-stamp-misplaced = 印章位置无法读取
finding-intact-package-not-canonical = 文件包的结构与本平台生成的不同，可能被改动过
finding-intact-bad-seal-signature = 电子印章与制章人制作时不同，印章或其图像被改动过
finding-intact-signer-not-listed = 签章人不在电子印章的授权名单中
finding-intact-seal-name-differs = 电子印章的名称与签章人证书上的名称不符
finding-intact-maker-is-holder = 电子印章由可以使用它的人自己制作，没有第三方证明
finding-seal-trusted-maker-out-of-time = 制作电子印章时，制章人的证书不在有效期内
finding-seal-trusted-maker-revoked = 制作电子印章时，制章人的证书已被吊销
finding-seal-trusted-maker-compromised = 制章人的证书因密钥泄露被吊销，无法证明电子印章制作在此之前
finding-seal-trusted-maker-revoked-unproven = 制章人的证书已被吊销，吊销原因不能排除密钥泄露，无法证明电子印章制作在此之前
finding-seal-trusted-maker-revoked-later = 制章人的证书在制作电子印章之后被吊销

## 核验步骤

step-archive = 文件包结构无歧义
step-references = 签名列出的部件齐全且未改动
step-coverage = 没有部件在签名之外
step-signature-list = 签名列表受保护，且只有一个签名
step-stamp = 印章的位置有效
step-content = 文件中没有动作、附件等页面以外的内容
step-version = 签名与电子印章的版本一致
step-seal-signature = 电子印章与制章人制作时相同
step-extensions = 没有未知的关键扩展
step-signer-signature = 签名由签章人作出
step-signature-form = 签名值的编码符合标准
step-signer-listed = 电子印章的授权名单中有签章人
step-seal-name = 电子印章的名称与签章人证书上的名称相符
step-maker-apart = 制章人本人不能使用该电子印章
step-seal-validity = 签名时电子印章在有效期内
step-data-hash = 签名的摘要就是这份文件的
step-path = 签名的位置就是这个位置
step-seal-file = 签名中的电子印章与文件包中另存的相同
step-time-stamp = 时间戳
step-signer-path = 签章人的证书可信，签名时有效
step-maker-path = 制章人的证书可信，制章时有效
