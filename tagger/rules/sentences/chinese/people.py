"""Chinese headings and phrases for names, staff, workflows and what else is known of a tag."""

HEADINGS: dict[str, str] = {
    "holds": "何时带有此标签",
    "sets": "何时打上",
    "ends": "何时移除",
    "values": "取哪个值",
    "value": "衡量什么",
    "time": "时间本身的作用",
    "readings": "如何计算",
    "names": "名称的含义",
    "hand": "人工操作",
    "links": "相关标签与流程",
    "facts": "基本信息",
}

PEOPLE: dict[str, str] = {
    "tag_named": "{title}（{name}）",
    # names of the pack
    "means": "{name}：{bare}",
    "condition_means": "{name}：{condition}",
    "waits": (
        "{name}：一{first_unit}{first}之后的{duration}等待期满、其间没有{bare}，事件即在那一刻发生"
    ),
    "waits_by": (
        "{name}：一{first_unit}{first}之后的{duration}等待期满、其间没有同一{field}的{bare}，"
        "事件即在那一刻发生"
    ),
    "wait_anew": "其间每再出现一次{first}，等待期重新计起",
    "wait_anew_by": "其间每再出现一次{first}（同一{field}），等待期重新计起",
    "wait_keyless": "{bare}若未注明{field}，则该客户的所有等待一并结束",
    "chain": "{name}：{duration}内依次出现以下各项，最后一项出现时事件发生",
    "chain_by": "{name}：{duration}内依次出现同一{field}的以下各项，最后一项出现时事件发生",
    "step": "{bare}",
    # by hand
    "hand_forbidden": "不允许人工打上或移除",
    "hand_only": "由{who}人工打上和移除，不由规则决定",
    "hand_allowed": "{who}均可人工打上或移除",
    "everyone": "所有员工",
    "roles": "角色为{roles}的员工",
    "hand_wins": "人工设置优先于规则，直到设定的截止时间，或交还给规则为止",
    "hand_removed": "人工移除且未设截止时间的，要等规则本身不再成立之后，才会重新打上",
    "hand_removed_value": "人工移除且未设截止时间的，要等规则得出另一个值之后，才会重新出现",
    # other tags and workflows
    "asks": "它所参考的标签：{tags}",
    "asked": "参考它的标签：{tags}",
    "flow_added": "打上后立即启动流程{name}：{steps}",
    "flow_removed": "移除后立即启动流程{name}：{steps}",
    "flow_updated": "取值或有效期改变后立即启动流程{name}：{steps}",
    "flow_step": "{action}（{template}）",
    "flow_age": "超过{duration}的变化不再启动它",
    "flow_from": "{instant}之前的变化不启动它",
    "flow_shadow": "此流程处于观察状态，不会实际发送",
    "flow_paused": "此流程已暂停",
    "no_flow": "没有后续流程",
    # standing
    "layer_core": "核心标签：长期使用",
    "layer_extended": "扩展标签：服务于某个项目",
    "layer_temporary": "临时标签：到期清理",
    "status_experimental": "试用中：照常计算和统计，但尚不对外发布",
    "status_stable": "正式使用",
    "status_deprecated": "即将停用",
    "status_replaced": "即将停用，请改用标签{tag}",
    "owner": "负责人：{owner}",
    "priority": "优先级：{priority}",
    "pack": "规则包{pack}，分类{category}",
    "pack_only": "规则包{pack}",
}
