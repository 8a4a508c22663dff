### 命令行

cli-demo-mark = 演示环境（测试专用章）：一切人员均为虚构，不具法律效力
cli-nothing = 没有
cli-done = 完成
cli-refused = 已拒绝
cli-offline = 离线核验：未查询证书目前的状态
cli-checked-at = 核验时间
cli-steps = 需要留意的步骤
