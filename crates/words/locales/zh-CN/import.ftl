### 导入名册：rule-<代码> 为行内规则，note-<代码> 为提示

## 一般

rule-value-missing = 此项必填
rule-number-cell = 此单元格是数字格式，位数可能已经丢失；请改为文本格式后重新填写
rule-cell-error = 此单元格是错误值
rule-row-ragged = 此行的列数与表头不同
rule-character-forbidden = 含有控制字符、方向控制符或零宽字符
rule-formula-start = 不能以 = + - @ 或制表符开头

## 各栏

rule-management-number-empty = 管理号必填
rule-management-number-length = 管理号应为 6 至 40 位
rule-management-number-character = 管理号只能含有数字、字母和连字符
rule-management-number-repeated = 管理号在本名册中重复
rule-management-number-exists = 管理号已在登记中
rule-name-empty = 姓名必填
rule-name-too-long = 姓名不得超过 50 个字
rule-name-invisible-character = 姓名含有控制字符、方向控制符或零宽字符
rule-name-private-use = 姓名含有自造字，请改用标准字（GB 18030-2022）
rule-name-formula = 姓名不能以 = + - @ 开头
rule-document-type-unknown = 没有这种证件类型；可用：{ $accepted }
rule-document-number-empty = 证件号码必填
rule-document-number-length = 证件号码的位数不对
rule-document-number-character = 证件号码含有不允许的字符
rule-document-number-form = 证件号码的格式与证件类型不符
rule-document-number-birth-date = 证件号码中的出生日期不存在
rule-document-number-future-birth = 证件号码中的出生日期晚于今天
rule-document-number-checksum = 证件号码的校验码不对
rule-document-number-wrong-type = 这样开头的号码属于另一种证件
rule-sex-unknown = 性别应为男或女
rule-sex-disagrees = 性别与证件号码不一致
rule-birth-date-disagrees = 出生日期与证件号码不一致
rule-date-form = 日期的写法无法识别
rule-date-not-in-calendar = 没有这一天
rule-date-day-missing = 缺少日；只有批准日期可以只写到月
rule-date-in-future = 日期晚于今天
rule-qualification-unknown = 目录中没有这个职业资格
rule-level-unknown = 该职业资格没有这个级别
rule-speciality-unknown = 该职业资格没有这个专业
rule-issuer-unknown = 没有这个发证机构
rule-issuer-not-allowed = 导入机构无权代此发证机构导入
rule-year-form = 年度应为四位数字
rule-half-unknown = 半年应为上半年或下半年
rule-region-unknown = 没有这个地区
rule-photo-missing = 照片包中没有这张照片
rule-photo-unusable = 照片无法使用（只接受 JPEG，且不超过规定大小）
rule-seal-missing = 没有适用于该证书的印章规定

## 整个文件

rule-heading-missing = 没有找到表头（在前 10 行中查找）
rule-column-missing = 缺少必需的列
rule-column-repeated = 同一列出现两次
rule-encoding = 文件编码无法识别（接受 UTF-8 与 GB18030）
rule-too-many-rows = 名册的行数超过上限

## 提示

note-sheet-without-headings = 该工作表没有表头，已跳过
note-title-row = 标题行，已跳过
note-column-unknown = 无法识别的列，已忽略
note-same-person-other-number = 同一人、同一资格、同一批准日期已有另一个管理号
note-empty-row = 空行，已跳过
