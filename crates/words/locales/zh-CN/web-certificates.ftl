# 门户：我的证书、申请加注、查看和下载。

## 我的证书

web-certificates-title = 我的证书
web-certificates-total = 您名下共有 { $count } 本职业资格证书。
web-certificates-search = 搜索资格、专业、管理号或发证机构
web-certificates-all-years = 全部年度
web-certificates-find = 搜索
web-certificates-found = 找到 { $count } 本。
web-certificates-nothing-found = 没有符合条件的证书。
web-certificates-show-all = 显示全部证书
web-certificates-older = 更早的
web-certificates-download = 下载
web-certificates-details = 证书信息
web-certificates-uncover = 显示全部
web-certificates-family = 印章类别
web-certificates-family-ministry = 人社部专用章
web-certificates-family-association = 协会（学会）或指定机构印章

## 没有证书时

web-certificates-none = 没有查到您的证书信息。查询所用的身份如下：
web-certificates-why = 可能的原因
web-certificates-applies-yes = 与您相符
web-certificates-applies-maybe = 有可能
web-certificates-applies-no = 已排除
web-certificates-ask = 请联系：
web-certificates-register-again = 用更正后的身份重新注册
web-certificates-still = 如果仍有疑问，请查看
web-certificates-cause-not-online-yet = 证书尚未上网
web-certificates-cause-not-online-yet-yes = 您的证书信息已由考试机构录入，正在审核发布。上网后会通知您，届时即可查询和下载。
web-certificates-cause-not-online-yet-maybe = 证书信息可能正在审核发布，请稍后再查。
web-certificates-cause-not-online-yet-no = 没有等待上网的证书。
web-certificates-cause-identity-corrected = 姓名或证件号码更正过
web-certificates-cause-identity-corrected-yes = 您的证件号码下有证书，但证书上的姓名与您注册时填写的不同。姓名可能已由考试机构更正，请用更正后的身份重新注册；如果认为更正有误，请联系考试机构。
web-certificates-cause-identity-corrected-maybe = 如果姓名或证件号码在注册之后由考试机构更正过，请用更正后的身份重新注册。
web-certificates-cause-identity-corrected-no = 您的证件号码下没有其他姓名的证书。如果更正过的是证件号码，请用更正后的号码重新注册。
web-certificates-cause-none-attained = 没有取得证书
web-certificates-cause-none-attained-maybe = 考试成绩合格后，证书由发证机构制发并上网，需要一段时间。
web-certificates-cause-none-attained-no = 您的身份或证件号码下有证书记录。
web-certificates-cause-none-attained-yes = 没有取得证书。
web-certificates-cause-not-made-here = 证书不由本系统统一制作
web-certificates-cause-not-made-here-maybe = 教师、法律职业、注册会计师、医生、护士等职业资格的证书由主管部门自行制作，请向发证机构查询。本系统包括哪些证书，请看查询验证范围。
web-certificates-cause-not-made-here-no = 您的身份或证件号码下有本系统的证书记录。
web-certificates-cause-not-made-here-yes = 证书不由本系统统一制作。
web-certificates-cause-earlier-than-online = 证书年度较早，尚未上网
web-certificates-cause-earlier-than-online-maybe = 2016 年及以前的证书数据正在陆续上网。2017 年及以后的证书如果查不到，请联系证书发放机构。
web-certificates-cause-earlier-than-online-no = 您的身份或证件号码下有本系统的证书记录。
web-certificates-cause-earlier-than-online-yes = 证书数据尚未上网。

## 证书信息

web-certificates-back = 返回我的证书
web-certificates-to-certificate = 返回证书信息
web-certificates-certificate = 证书
web-certificates-name = 姓名
web-certificates-sex = 性别
web-certificates-birth = 出生日期
web-certificates-document = 证件
web-certificates-qualification = 职业资格
web-certificates-level = 级别
web-certificates-speciality = 专业
web-certificates-approved = 批准日期
web-certificates-number = 管理号
web-certificates-issuer = 发证机构
web-certificates-licence = 证照标识
web-certificates-made-on = 制发日期
web-certificates-year = 年度
web-certificates-region = 地区
web-certificates-seal = 电子印章
web-certificates-phone = 电话
web-certificates-email = 电子邮箱
web-certificates-hours = 服务时间
web-certificates-address = 地址
web-certificates-doubt = 对证书信息有疑问？
web-certificates-doubt-text = 请联系证书发放机构：
web-certificates-corrected = 本证书的信息曾经更正，以上为更正后的内容。
web-certificates-revoked-on = 本证书已于 { $on } 撤销，不能申请加注和下载。
web-certificates-revoked-reason = 原因：{ $reason }
web-certificates-revoked-basis = 依据：
web-certificates-reinstated = 本证书曾于 { $on } 撤销，现已恢复。依据：
web-certificates-history = 加注记录
web-certificates-no-history = 还没有申请过加注。
web-certificates-no-older = 没有更早的加注记录。
web-certificates-endorsement = { $applied } 申请，有效至 { $until }
web-certificates-direct-note = 本证书加盖协会（学会）或指定机构印章，制作于 2021 年 12 月 17 日以前，无需加注，可以直接查看和下载。
web-certificates-see-copy = 查看和下载
web-certificates-there = 已有有效加注件，至 { $until }

## 申请加注

web-certificates-apply = 申请证书加注
web-certificates-step-check = 一、核对证书信息
web-certificates-step-choose = 二、选择用途和有效期
web-certificates-in-force = 已有可用的加注件
web-certificates-in-force-text = 在有效期内可以反复查看、下载和打印，不必重新申请。
web-certificates-quota = 已用 { $used }/{ $max } 次
web-certificates-quota-window = 同一证书 { $days } 日内的加注次数，过期或撤回的也计算在内。
web-certificates-quota-full = 次数已经用完，{ $on } 起可以再次申请。
web-certificates-scenario = 使用场景
web-certificates-scenario-hint = 会印在加注件上，作为制作事由。
web-certificates-addition = 补充说明（可不填）
web-certificates-addition-hint = 例如提交给哪个单位。会印在加注件上，不超过 40 个字。
web-certificates-days = 有效天数
web-certificates-days-hint = 1 至 { $longest } 天，从今天算起。如无特别需要，建议按上限申请，有效至 { $last }。
web-certificates-days-form = 有效天数应为 1 至 { $longest } 的整数
web-certificates-until = 或者指定最后一天（可不填）
web-certificates-until-hint = 格式如 2026-03-31。填写后以此为准，不再看上面的天数。
web-certificates-until-form = 日期应写成 2026-03-31 这样的格式，并且确实存在
web-certificates-until-range = 最后一天应在{ $first }至{ $last }之间
web-certificates-not-expiry = 这里的有效期只是加注件的使用期限，不是证书本身的有效期。
web-certificates-next = 下一步：确认最后一天
web-certificates-check = 确认加注申请
web-certificates-purpose = 制作事由
web-certificates-from = 开始日期
web-certificates-last-day = 有效期截止
web-certificates-in-days = （当天有效，共 { $days } 天）
web-certificates-takes = 提交后计为第 { $place } 次，上限 { $max } 次。
web-certificates-printed = 制作事由和有效期截止日期会印在加注件上，提交后不能修改。
web-certificates-submit = 提交加注申请
web-certificates-change = 返回修改

## 加注件

web-certificates-valid-until = 有效至 { $until }
web-certificates-pdf = 下载 PDF
web-certificates-ofd = 下载 OFD
web-certificates-print = 打印
web-certificates-view = 放大查看
web-certificates-formats = PDF 和 OFD 都是加盖电子印章的正式文件，内容相同，按使用单位的要求选择。
web-certificates-picture = { $title }的页面图像
web-certificates-picture-note = 页面图像仅供查看，不含电子签章；提交使用请下载文件。
web-certificates-sheet = 证书页面图像
web-certificates-this-copy = 本加注件
web-certificates-applied = 申请日期
web-certificates-made-at = 制作时间
web-certificates-copy-number = 副本编号
web-certificates-give = 把它给别人看（可设期限，可随时收回）
web-certificates-withdraw = 撤回这份加注件
web-certificates-to-copy = 返回
web-certificates-print-hint = 纸张选择 A4，页边距选择“无”。
web-certificates-viewer-absent = 以下为页面图像，仅供查看；提交使用请下载文件。
web-certificates-viewer = 证书文件
web-certificates-viewer-skip = 跳到证书
web-certificates-viewer-opening = 正在打开证书文件……
web-certificates-viewer-failed = 证书文件没能在这里打开。以下为页面图像，仅供查看；提交使用请下载文件。
web-certificates-viewer-page = 第 { $page } 页，共 { $pages } 页
web-certificates-zoom = 缩放
web-certificates-zoom-in = 放大
web-certificates-zoom-out = 缩小
web-certificates-zoom-width = 适合宽度
web-certificates-zoom-page = 整页

## 生成中与失效

web-certificates-next-in-line = 正在生成您的加注件。
web-certificates-ahead = 前面还有 { $count } 份。
web-certificates-making-text = 申请已经受理，通常几秒钟即可完成。本页每 5 秒自动更新；您也可以离开，稍后从“我的证书”进入。
web-certificates-reload = 现在查看
web-certificates-expired = 本加注件已于 { $until } 到期，不能再查看、下载和打印。
web-certificates-withdrawn = 本加注件已由您撤回，不能再查看、下载和打印。
web-certificates-void-correction = 证书信息已经更正，按更正前的信息制作的加注件随之作废，不占用次数。
web-certificates-void-revocation = 证书已被撤销，加注件随之作废。
web-certificates-void-sealing-failed = 系统未能生成这份加注件，申请作废，不占用次数。如果再次申请仍不成功，请联系证书发放机构。
web-certificates-ended-text = 加注件失效不影响证书本身。
web-certificates-again = 重新申请

## 撤回

web-certificates-withdraw-ask = 确定撤回这份加注件？
web-certificates-withdraw-files = 已经下载、打印或交给他人的文件，验证时会显示“已撤回”。
web-certificates-withdraw-quota = 撤回后仍计入次数，目前已用 { $used }/{ $max } 次。
web-certificates-withdraw-final = 撤回后不能恢复。
web-certificates-withdraw-do = 撤回加注件
web-certificates-withdraw-not = 不撤回

## 应用内的浏览器与一次性链接

web-certificates-in-app = 这里可能无法下载
web-certificates-in-app-text = 您正在其他应用内打开本页，其中的浏览器往往不能下载和打印。请先取得一次性下载链接，再用手机浏览器打开。
web-certificates-in-app-drawn = 示意图：点右上角的三个点，选择“在浏览器打开”
web-certificates-pass-make = 取得一次性下载链接
web-certificates-pass = 一次性下载链接
web-certificates-pass-in-app = 请点右上角的“…”，选择“在浏览器打开”；也可以复制下面的链接，粘贴到手机浏览器中打开。
web-certificates-pass-once = 此链接只能下载一次，{ $at } 前有效，无需登录。请勿转发给他人。
web-certificates-pass-address = 下载链接
web-certificates-copy-address = 复制链接
web-certificates-copied = 已复制
web-certificates-pass-here = 就在这里试着下载
web-certificates-pass-use = 下载 { $format }
web-certificates-pass-gone = 这个链接已经用过、已过期，或不存在。
web-certificates-pass-again = 登录后重新取得
