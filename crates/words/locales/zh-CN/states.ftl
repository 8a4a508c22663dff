### 状态、角色、种类

## 证书

certificate-state-draft = 未上网
certificate-state-online = 有效
certificate-state-revoked = 已撤销
version-state-current = 现行版本
version-state-superseded = 已被更正取代

## 批次

batch-state-importing = 正在导入
batch-state-checked = 已校验
batch-state-submitted = 已提交，待审核
batch-state-approved = 已批准，待发布
batch-state-publishing = 正在发布
batch-state-published = 已发布
batch-state-rejected = 已退回
batch-state-cancelled = 已取消

## 加注

endorsement-state-granted = 证书生成中
endorsement-state-ready = 有效
endorsement-state-expired = 已过期
endorsement-state-voided = 已作废
endorsement-state-withdrawn = 已撤回
void-reason-correction = 证书信息已更正
void-reason-revocation = 证书已撤销
void-reason-sealing-failed = 证书未能生成
intent-state-open = 待签章
intent-state-signed = 已签章
intent-state-closed = 已关闭
scenario-self = 本人调用

## 变更

change-kind-correction = 更正
change-kind-revocation = 撤销
change-kind-reinstatement = 恢复
change-state-open = 待审核
change-state-approved = 已批准
change-state-rejected = 已退回
revocation-reason-fraud = 以不正当手段取得
revocation-reason-misconduct = 考试违纪违规
revocation-reason-issued-in-error = 发证有误
revocation-reason-holder-request = 持证人申请注销
revocation-reason-legal-decision = 司法或行政决定
revocation-reason-other = 其他

## 印章

seal-state-active = 可用
seal-state-suspended = 已停用
seal-state-deregistered = 已注销
seal-family-ministry = 人力资源和社会保障部专业技术人员职业资格证书专用章
seal-family-association = 协会（学会）或指定机构印章

## 人员与证件

role-clerk = 经办员
role-approver = 审核员
role-operator = 运维员
role-auditor = 审计员
assurance-claimed = 未实名
assurance-verified = 已实名
sex-male = 男
sex-female = 女
half-first = 上半年
half-second = 下半年
qualification-kind-admission = 准入类
qualification-kind-proficiency = 水平评价类
document-type-111 = 居民身份证
document-type-114 = 军官证
document-type-414 = 护照
document-type-511 = 台湾居民来往大陆通行证
document-type-516 = 港澳居民来往内地通行证
document-type-553 = 外国人永久居留身份证
document-type-830 = 港澳台居民居住证
