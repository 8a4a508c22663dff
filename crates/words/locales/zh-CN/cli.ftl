### 命令行

cli-demo-mark = 演示环境（测试专用章）：一切人员均为虚构，不具法律效力
cli-checked-at = 核验时间
cli-steps = 需要留意的步骤
cli-serving = 门户已启动：{$address}（按 Ctrl-C 停止）
