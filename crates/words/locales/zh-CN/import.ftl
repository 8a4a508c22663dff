### 名册：rule-<代码>，一行违反的规则、一处疑问或一条说明。清单见 docs/ROSTER.md

## 表头与单元格

rule-heading-missing = 表头缺少必需的列：{ $columns }
rule-heading-twice = 同一列在表头中出现两次
rule-row-too-long = 此行的列数多于表头
rule-cell-without-heading = 此单元格上方没有表头
rule-quote-not-closed = 引号没有成对
rule-mandatory-missing = 此项必填
rule-cell-error = 此单元格是错误值
rule-cell-boolean = 此单元格是逻辑值（真/假），应为文本
rule-cell-is-number = 此单元格是数字格式，应为文本
rule-text-too-long = 文字过长
rule-invisible-character = 含有控制字符、方向控制符或零宽字符
rule-formula = 不能以 = + - @ 或制表符开头

## 管理号

rule-management-number-empty = 管理号必填
rule-management-number-length = 管理号应为 6 至 40 位
rule-management-number-character = 管理号只能含有数字、字母和连字符
rule-management-number-is-number = 管理号是数字格式，位数可能已经丢失；请改为文本格式后重新填写
rule-duplicate-management-number = 管理号重复：本名册中已有，或已在登记中

## 姓名与性别

rule-name-empty = 姓名必填
rule-name-too-long = 姓名不得超过 50 个字
rule-name-invisible-character = 姓名含有控制字符、方向控制符或零宽字符
rule-name-private-use = 姓名含有自造字，请改用标准字（GB 18030-2022）
rule-name-without-letter = 姓名中没有文字，请填写姓名
rule-name-formula = 姓名不能以 = + - @ 开头
rule-sex-unknown = 性别应为男或女
rule-sex-disagrees = 性别与证件号码不一致

## 证件

rule-document-type-unknown = 没有这种证件类型；可用：111 居民身份证、114 军官证、414 护照、511 台湾居民来往大陆通行证、516 港澳居民来往内地通行证、553 外国人永久居留身份证、830 港澳台居民居住证
rule-document-number-empty = 证件号码必填
rule-document-number-is-number = 证件号码是数字格式，位数可能已经丢失；请改为文本格式后重新填写
rule-document-number-length = 证件号码的位数不对
rule-document-number-character = 证件号码含有不允许的字符
rule-document-number-form = 证件号码的格式与证件类型不符
rule-document-number-birth-date = 证件号码中的出生日期不存在
rule-document-number-future-birth = 证件号码中的出生日期晚于今天
rule-document-number-checksum = 证件号码的校验码不对
rule-document-number-wrong-type = 这样开头的号码属于另一种证件

## 日期

rule-date-serial-number = 日期是一个序号数字，应为日期或文本
rule-birth-date-form = 出生日期的写法无法识别，或没有这一天
rule-birth-date-in-future = 出生日期晚于今天
rule-birth-date-disagrees = 出生日期与证件号码不一致
rule-approval-date-form = 批准日期的写法无法识别，或没有这一天
rule-approval-date-too-early = 批准日期过早
rule-approval-date-in-future = 批准日期晚于今天
rule-made-on-form = 制发日期的写法无法识别，或没有这一天
rule-made-on-before-approval = 制发日期早于批准日期
rule-made-on-in-future = 制发日期晚于今天
rule-year-form = 年度应为四位数字
rule-half-unknown = 半年应为上半年或下半年

## 资格与机构

rule-qualification-unknown = 目录中没有这个职业资格
rule-qualification-not-made-here = 这个职业资格的证书不由本平台统一制发
rule-level-missing = 该职业资格须写明级别
rule-level-unknown = 该职业资格没有这个级别
rule-level-disagrees = 级别与职业资格名称中的级别不一致
rule-level-not-applicable = 该职业资格不分级别
rule-issuer-unknown = 没有这个发证机构
rule-issuer-not-allowed = 导入机构无权代此发证机构导入
rule-issuer-not-for-qualification = 此发证机构不颁发这个职业资格
rule-seal-missing = 没有适用于该证书的印章规定
rule-region-unknown = 没有这个地区
rule-photo-name = 照片的文件名不正确

## 登记与照片

rule-duplicate-in-register = 管理号已在登记中
rule-photo-missing = 照片包中没有这张照片
rule-photo-twice = 照片包中有两个同名文件
rule-photo-too-large = 照片文件过大
rule-photo-not-jpeg = 照片不是可用的 JPEG
rule-photo-unreadable = 照片无法读出

## 疑问：不妨碍导入

rule-unknown-column = 无法识别的列，已忽略
rule-speciality-unknown = 目录中没有这个专业，已照录
rule-same-certificate-other-number = 同一人、同一资格、同一批准日期另有一个管理号
rule-outside-scope = 不在证书查询验证范围内
rule-holder-without-check = 此类证件没有校验码，请核对
rule-photos-not-given = 名册写有照片，但没有给照片包

## 说明

rule-title-row = 标题行，已跳过
rule-sheet-without-headings = 该工作表没有表头，已跳过
