### 核验：结论、检查项、结果。代码见 docs/CLI.md

## 结论

verdict-cannot-check = 无法核验：不能对它作出判断
verdict-tampered = 已被改动：与加盖印章时的内容不一致
verdict-unknown-issuer = 未知签章人：内容未被改动，但本平台不认识该印章
verdict-seal-invalid = 印章无效：使用时印章证书已过期、未生效或已被吊销，或因密钥泄露被吊销而无法证明用印在先
verdict-no-match = 不一致：没有与所填信息相符的证书
verdict-revoked = 证书已撤销
verdict-superseded = 证书已更正，本件为更正前的版本
verdict-endorsement-withdrawn = 加注已由持证人撤回
verdict-endorsement-void = 加注已作废
verdict-endorsement-expired = 加注已过有效期（证书本身不因此失效）
verdict-valid = 有效
verdict-valid-offline = 离线核验通过：文件真实完整；证书目前的状态未查询
verdict-valid-stated = 离线核验通过：二维码声明真实，请与纸面内容比对；目前的状态未查询

## 结果

outcome-pass = 通过
outcome-fail = 未通过
outcome-warn = 提示
outcome-not-checked = 未检查

## 检查项

check-intact = 内容完整
check-seal-owner = 印章归属
check-seal-trusted = 签章可信
check-seal-valid-at-signing = 用印时有效
check-time-stamp = 时间戳
check-register = 与登记一致
check-endorsement = 加注有效
check-certificate = 证书有效

## 检查项 × 结果

check-intact-pass = 文件与加盖印章时完全一致
check-intact-fail = 文件在加盖印章后被改动
check-intact-warn = 文件完整，但有需要留意之处
check-intact-not-checked = 未检查文件是否完整
check-seal-owner-pass = 已读出印章所属机构
check-seal-owner-fail = 读不出印章所属机构
check-seal-owner-warn = 印章所属机构与证书的发证机构写法不同
check-seal-owner-not-checked = 未检查印章归属
check-seal-trusted-pass = 签名证书由本平台信任的机构签发
check-seal-trusted-fail = 签名证书不是由本平台信任的机构签发
check-seal-trusted-warn = 签名证书可信，但吊销列表不是最新的
check-seal-trusted-not-checked = 未检查印章是否可信
check-seal-valid-at-signing-pass = 用印时印章证书在有效期内且未被吊销
check-seal-valid-at-signing-fail = 用印时印章证书已过期、未生效或已被吊销
check-seal-valid-at-signing-warn = 用印时间由文件自述，没有时间戳证明
check-seal-valid-at-signing-not-checked = 未检查用印时印章是否有效
check-time-stamp-pass = 时间戳有效
check-time-stamp-fail = 时间戳无效
check-time-stamp-warn = 时间戳有效，但签发机构不在信任列表中
check-time-stamp-not-checked = 没有时间戳，或未检查
check-register-pass = 与登记的内容一致
check-register-fail = 登记中没有此件，或与登记不一致
check-register-warn = 与登记一致，但登记有更新
check-register-not-checked = 未查询登记（离线核验或登记暂不可用）
check-endorsement-pass = 加注在有效期内，或本证书无需加注
check-endorsement-fail = 加注已过期、已撤回或已作废
check-endorsement-warn = 加注在有效期内，即将到期
check-endorsement-not-checked = 未检查加注
check-certificate-pass = 证书有效
check-certificate-fail = 证书已撤销或已更正
check-certificate-warn = 证书有效，但有需要留意之处
check-certificate-not-checked = 未查询证书目前的状态

finding-certificate-certificate-revoked = 证书已于 { $on } 撤销
finding-certificate-certificate-corrected = 证书已于 { $since } 更正，这是更正前的版本

finding-register-same-as-register = 与登记一致
finding-register-once-in-register = 更正之前与登记一致
finding-register-no-match = 登记中没有与所填信息一致的证书
finding-register-copy-not-in-register = 登记中没有这份文件
finding-register-token-unknown = 登记中没有这个编码
finding-register-offline = 未查询登记：离线
finding-register-file-says-enough = 未查询登记：文件本身不真实，或不是本平台制作的
finding-register-register-unavailable = 暂时无法查询登记；这不说明证书有问题
finding-endorsement-in-force = 加注有效，截止 { $valid_until } 当日
finding-endorsement-not-needed = 该证书无需加注
finding-endorsement-endorsement-not-begun = 该加注于 { $valid_from } 才生效，晚于所查验的时间：当时没有这份加注件
finding-endorsement-endorsement-expired = 加注已于 { $valid_until } 到期；证书本身并未过期
finding-endorsement-endorsement-withdrawn = 持证人已撤回加注
finding-endorsement-endorsement-void = 加注已作废：{ $reason ->
    [correction] 证书已更正
    [revocation] 证书已撤销
   *[other] 未能制作加注件
}
finding-certificate-in-force = 证书有效
finding-seal-valid-at-signing-wrong-key-usage = 印章的证书不得用于签名
