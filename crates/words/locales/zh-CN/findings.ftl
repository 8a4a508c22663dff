### 核验所见：finding-<代码>，说明某项检查为何是那个结果

## 签名

finding-good = 签名正确
finding-digest-mismatch = 内容与签名时的摘要不符
finding-bad-signature = 签名不正确
finding-signing-certificate-mismatch = 签名所指的证书与所附证书不符
finding-no-signer-certificate = 未附签名人的证书
finding-bad-attributes = 签名属性缺失或不正确
finding-unsupported-algorithm = 签名算法不受支持

## 证书链

finding-unknown-issuer = 找不到受信任的签发机构
finding-bad-chain-signature = 证书链中的签名不正确
finding-unsupported-chain-algorithm = 证书链使用了不受支持的算法
finding-not-yet-valid = 证书尚未生效
finding-expired = 证书已过期
finding-not-an-authority = 链中的证书无权签发
finding-path-too-long = 证书链过长
finding-wrong-key-usage = 证书的密钥用途不允许签章
finding-unknown-critical-extension = 证书含有无法识别的关键扩展

## 签名覆盖的范围

finding-byte-range-missing = 签名没有说明它覆盖的范围
finding-byte-range-malformed = 签名范围的写法不正确
finding-byte-range-not-at-start = 签名没有从文件开头覆盖
finding-byte-range-overlap = 签名范围互相重叠
finding-byte-range-beyond-file = 签名范围超出文件
finding-byte-range-many-gaps = 签名留空不止一处
finding-byte-range-short = 签名之后还有内容
finding-contents-not-the-gap = 留空处不只是签名值
finding-contents-missing = 没有签名值
finding-contents-empty = 签名值为空
finding-contents-not-direct-hex = 签名值的存放方式不正确
finding-coverage-not-a-revision = 签名范围在一次修订的中间结束
finding-changed-after-signing = 签名之后文件又被修订
finding-object-in-gap = 签名留空处藏有内容
finding-unbound-signature = 签名不属于任何签名域
finding-signature-removed = 较早的签名被移除

## 文件结构

finding-leading-bytes = 文件开头有多余内容
finding-trailing-bytes = 文件末尾有多余内容
finding-duplicate-key = 同一项出现两次
finding-duplicate-object = 同一对象出现两次
finding-unlisted-object = 有未登记的对象
finding-xref-wrong-object = 交叉引用指向了别的对象
finding-xref-loop = 交叉引用循环
finding-xref-unreadable = 交叉引用无法读取
finding-unreadable-object = 有无法读取的对象
finding-stream-length = 数据流的长度不符
finding-tree-loop = 页面或域的结构循环
finding-active-content = 含有可执行或嵌入的内容
