"""Terminal parameters that have parts: hours, CAN, cameras, driver assistance."""

from laixi_transport.devices.wire.fields import digits, many, nested, raw, record, text, u8, u16, u32
from laixi_transport.devices.wire.record import Record

_808 = "JT/T 808-2013 8.9, JT/T 808-2019"
_1078 = "JT/T 1078-2016 5.2 (mem)"
_JSATL = "T/JSATL 12-2017 4.3 (mem)"


@record
class ForbiddenHours(Record):
    """0032: when driving is not allowed."""

    TITLE = "违规行驶时段范围"
    CLAUSE = _808

    begin_hour: int = u8("违规行驶开始时间的小时部分")
    begin_minute: int = u8("违规行驶开始时间的分钟部分")
    end_hour: int = u8("违规行驶结束时间的小时部分")
    end_minute: int = u8("违规行驶结束时间的分钟部分")


@record
class CanCollection(Record):
    """0110 to 01FF: how one id of the vehicle's bus is collected."""

    TITLE = "CAN总线ID单独采集设置"
    CLAUSE = _808

    interval_ms: int = u32("采集时间间隔")
    can_id: int = u32("CAN通道号、帧类型、采集方式和总线ID")


@record
class StreamSettings(Record):
    """0075: how all cameras are coded."""

    TITLE = "音视频参数设置"
    CLAUSE = _1078

    live_mode: int = u8("实时流编码模式")
    live_resolution: int = u8("实时流分辨率")
    live_key_frame_interval: int = u16("实时流关键帧间隔")
    live_frames_per_s: int = u8("实时流目标帧率")
    live_kbit_per_s: int = u32("实时流目标码率")
    stored_mode: int = u8("存储流编码模式")
    stored_resolution: int = u8("存储流分辨率")
    stored_key_frame_interval: int = u16("存储流关键帧间隔")
    stored_frames_per_s: int = u8("存储流目标帧率")
    stored_kbit_per_s: int = u32("存储流目标码率")
    osd_bits: int = u16("OSD字幕叠加设置")
    audio_on: int = u8("是否启用音频输出")


@record
class Channel(Record):
    """Which camera or microphone a channel is."""

    TITLE = "音视频通道对照表"
    CLAUSE = _1078

    physical: int = u8("物理通道号")
    logical: int = u8("逻辑通道号")
    kind: int = u8("通道类型")
    pan_tilt: int = u8("是否连接云台")


@record
class ChannelList(Record):
    """0076."""

    TITLE = "音视频通道列表设置"
    CLAUSE = _1078

    av_channels: int = u8("音视频通道总数")
    audio_channels: int = u8("音频通道总数")
    video_channels: int = u8("视频通道总数")
    channels: tuple[Channel, ...] = many(Channel, "音视频通道对照表", default=())


@record
class ChannelStream(Record):
    """How one camera is coded."""

    TITLE = "单独通道视频参数设置"
    CLAUSE = _1078

    channel: int = u8("逻辑通道号")
    live_mode: int = u8("实时流编码模式")
    live_resolution: int = u8("实时流分辨率")
    live_key_frame_interval: int = u16("实时流关键帧间隔")
    live_frames_per_s: int = u8("实时流目标帧率")
    live_kbit_per_s: int = u32("实时流目标码率")
    stored_mode: int = u8("存储流编码模式")
    stored_resolution: int = u8("存储流分辨率")
    stored_key_frame_interval: int = u16("存储流关键帧间隔")
    stored_frames_per_s: int = u8("存储流目标帧率")
    stored_kbit_per_s: int = u32("存储流目标码率")
    osd_bits: int = u16("OSD字幕叠加设置")


@record
class ChannelStreams(Record):
    """0077."""

    TITLE = "单独视频通道参数设置"
    CLAUSE = _1078

    channels: tuple[ChannelStream, ...] = many(ChannelStream, "视频通道参数设置列表", count=1, default=())


@record
class SpecialRecording(Record):
    """0079: recordings of alarms."""

    TITLE = "特殊报警录像参数设置"
    CLAUSE = _1078

    storage_percent: int = u8("特殊报警录像存储阈值")
    longest_min: int = u8("特殊报警录像持续时间")
    before_min: int = u8("特殊报警标识起始时间")


@record
class ImageAnalysis(Record):
    """007B."""

    TITLE = "图像分析报警参数设置"
    CLAUSE = _1078

    capacity: int = u8("车辆核载人数")
    fatigue_threshold: int = u8("疲劳程度阈值")


@record
class WakeUp(Record):
    """007C: when a sleeping terminal wakes; times are hh mm."""

    TITLE = "终端休眠唤醒模式设置"
    CLAUSE = _1078

    mode_bits: int = u8("休眠唤醒模式")
    condition_bits: int = u8("唤醒条件类型")
    weekday_bits: int = u8("定时唤醒日设置")
    period_bits: int = u8("定时唤醒启用标志")
    wake_1: str = digits("时间段1唤醒时间", 2)
    sleep_1: str = digits("时间段1关闭时间", 2)
    wake_2: str = digits("时间段2唤醒时间", 2)
    sleep_2: str = digits("时间段2关闭时间", 2)
    wake_3: str = digits("时间段3唤醒时间", 2)
    sleep_3: str = digits("时间段3关闭时间", 2)
    wake_4: str = digits("时间段4唤醒时间", 2)
    sleep_4: str = digits("时间段4关闭时间", 2)


@record
class Evidence(Record):
    """What is recorded of one kind of alarm, from which speed on it is grave."""

    TITLE = "报警分级与取证"
    CLAUSE = _JSATL

    grave_kmh: int = u8("报警分级速度阈值")
    video_s: int = u8("报警前后视频录制时间")
    photos: int = u8("报警拍照张数")
    photo_interval_100ms: int = u8("报警拍照间隔")


@record
class ActivePhotos(Record):
    """How the cameras of driver assistance work, the begin of F364 and F365."""

    TITLE = "主动拍照"
    CLAUSE = _JSATL

    min_speed_kmh: int = u8("报警判断速度阈值")
    volume: int = u8("报警提示音量")
    photo_strategy: int = u8("主动拍照策略")
    photo_interval_s: int = u16("主动定时拍照时间间隔")
    photo_distance_m: int = u16("主动定距拍照距离间隔")
    photos: int = u8("单次主动拍照张数")
    photo_interval_100ms: int = u8("单次主动拍照时间间隔")
    photo_resolution: int = u8("拍照分辨率")
    video_resolution: int = u8("视频录制分辨率")
    alarm_bits: int = u32("报警使能")
    event_bits: int = u32("事件使能")


@record
class AssistanceSettings(ActivePhotos):
    """F364."""

    TITLE = "高级驾驶辅助系统参数"
    CLAUSE = _JSATL

    reserved: bytes = raw("预留", 1)
    obstacle_100ms: int = u8("障碍物报警距离阈值")
    obstacle: Evidence = nested(Evidence, "障碍物报警")
    lane_change_s: int = u8("频繁变道报警判断时间段")
    lane_changes: int = u8("频繁变道报警判断次数")
    lane_change: Evidence = nested(Evidence, "频繁变道报警")
    lane_departure: Evidence = nested(Evidence, "车道偏离报警")
    forward_100ms: int = u8("前向碰撞报警时间阈值")
    forward: Evidence = nested(Evidence, "前向碰撞报警")
    pedestrian_100ms: int = u8("行人碰撞报警时间阈值")
    pedestrian: Evidence = nested(Evidence, "行人碰撞报警")
    distance_100ms: int = u8("车距监控报警距离阈值")
    distance: Evidence = nested(Evidence, "车距过近报警")
    sign_photos: int = u8("道路标志识别拍照张数")
    sign_photo_interval_100ms: int = u8("道路标志识别拍照间隔")
    reserved_end: bytes = raw("保留字段", 4)


@record
class DriverSettings(ActivePhotos):
    """F365."""

    TITLE = "驾驶员状态监测系统参数"
    CLAUSE = _JSATL

    smoking_s: int = u16("吸烟报警判断时间间隔")
    phone_s: int = u16("接打电话报警判断时间间隔")
    reserved: bytes = raw("预留字段", 3)
    fatigue: Evidence = nested(Evidence, "疲劳驾驶报警")
    phone: Evidence = nested(Evidence, "接打电话报警")
    smoking: Evidence = nested(Evidence, "抽烟报警")
    distraction: Evidence = nested(Evidence, "分神驾驶报警")
    abnormal: Evidence = nested(Evidence, "驾驶行为异常")
    identification: int = u8("驾驶员身份识别触发")
    reserved_end: bytes = raw("保留字段", 2)


@record
class TyreSettings(Record):
    """F366; pressures in the unit that ``pressure_unit`` tells (0 kg/cm2, 1 bar, 2 kPa, 3 psi)."""

    TITLE = "胎压监测系统参数"
    CLAUSE = _JSATL

    tyre_type: str = text("轮胎规格型号", 12)
    pressure_unit: int = u16("胎压单位")
    normal_pressure: int = u16("正常胎压值")
    imbalance_percent: int = u16("胎压不平衡门限")
    leak_percent: int = u16("慢漏气门限")
    low_pressure: int = u16("低压阈值")
    high_pressure: int = u16("高压阈值")
    high_temperature_c: int = u16("高温阈值")
    battery_percent: int = u16("电压阈值")
    report_interval_s: int = u16("定时上报时间间隔")
    reserved: bytes = raw("保留项", 6)


@record
class BlindSpotSettings(Record):
    """F367."""

    TITLE = "盲区监测系统参数"
    CLAUSE = _JSATL

    rear_s: int = u8("后方接近报警时间阈值")
    side_s: int = u8("侧后方接近报警时间阈值")
