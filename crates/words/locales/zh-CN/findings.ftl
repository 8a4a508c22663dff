### 核验所见：finding-<代码>，说明某项检查为何是那个结果

## 签名

finding-intact-good = 签名正确
finding-intact-digest-mismatch = 内容与签名时的摘要不符
finding-intact-bad-signature = 签名不正确
finding-intact-signing-certificate-mismatch = 签名所指的证书与所附证书不符
finding-intact-no-signer-certificate = 未附签名人的证书
finding-intact-bad-attributes = 签名属性缺失或不正确
finding-intact-unsupported-algorithm = 签名算法不受支持

## 证书链

finding-seal-trusted-unknown-issuer = 印章证书由“{ $issuer }”签发，本平台不信任它
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
finding-intact-xref-wrong-object = 交叉引用指向了别的对象
finding-intact-xref-loop = 交叉引用循环
finding-intact-xref-unreadable = 交叉引用无法读取
finding-intact-unreadable-object = 有无法读取的对象
finding-intact-stream-length = 数据流的长度不符
finding-intact-tree-loop = 页面或域的结构循环
finding-intact-active-content = 含有可执行或嵌入的内容

## 与本平台所制的写法不同

finding-intact-header-differs = 文件开头与本平台所制不同
finding-intact-not-one-revision = 文件不止一次修订
finding-intact-not-one-signature = 文件的签名不是恰好一个
finding-intact-signature-dictionary-differs = 签名字典的写法与本平台所制不同
finding-intact-contents-not-lower-hex = 签名值没有用小写十六进制书写
finding-intact-contents-not-der = 签名值不是一个规范的 DER 值
finding-intact-contents-padding-not-zero = 签名值之后的填充不是零
finding-intact-trailer-differs = 文件末尾的写法与本平台所制不同

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
finding-intact-no-signature = 文件没有电子签名
finding-intact-signature-kind-unsupported = 不支持这种签名
finding-intact-signature-unreadable = 签名无法读取
finding-intact-signature-not-canonical = 签名的写法与本平台所制不同
finding-intact-certificate-unused = 签名中夹带了与证书链无关的证书
finding-intact-not-pdf = 不是 PDF 文件
finding-intact-pdf-encrypted = PDF 文件已加密，无法核验
finding-intact-pdf-limit-exceeded = PDF 文件超出允许的规模，无法核验
finding-intact-pdf-no-cross-reference = PDF 文件已损坏：没有可读的交叉引用表
finding-intact-pdf-no-catalog = PDF 文件已损坏：没有可读的目录
finding-intact-pdf-malformed = PDF 文件已损坏：格式不正确

## 印章

finding-seal-owner-sealed-by = 由“{ $seal }”签章
finding-seal-owner-claimed-by = 自称由“{ $seal }”签章，无人为其作证
finding-seal-trusted-trusted-root = 印章证书由本平台信任的机构签发
finding-seal-trusted-revocation-not-checked = 印章证书可信；没有吊销列表，未检查是否被吊销
finding-seal-trusted-revocation-list-stale = 印章证书可信；吊销列表应在 { $due } 前更新
finding-seal-valid-at-signing-valid-when-used = 用印时印章有效
finding-seal-valid-at-signing-no-signing-time = 文件没有写明用印时间
finding-seal-valid-at-signing-signing-time-in-future = 文件所述的用印时间晚于现在
finding-seal-valid-at-signing-seal-revoked = 用印时印章已被撤销（{ $revoked_at }）
finding-seal-valid-at-signing-seal-revoked-later = 用印时印章有效，后于 { $revoked_at } 被撤销
finding-time-stamp-no-time-stamp = 没有时间戳；用印时间由文件自述
finding-time-stamp-time-stamp-not-judged = 有时间戳，本版本不作判断
finding-seal-owner-not-reached = 前面的检查未通过，未再检查
finding-seal-trusted-not-reached = 前面的检查未通过，未再检查
finding-seal-valid-at-signing-not-reached = 前面的检查未通过，未再检查
finding-time-stamp-not-reached = 前面的检查未通过，未再检查
