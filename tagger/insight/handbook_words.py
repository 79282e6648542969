"""What the handbook says of itself, by language: headings, labels, and its pages of conventions.

Texts are format texts where they have placeholders.
"""

from collections.abc import Mapping

ENGLISH: Mapping[str, str] = {
    "title": "Handbook of tags",
    "subtitle": "What each tag means, when to use it, and who answers for it",
    "made_of": "Made from the rules themselves: {tags} in {packs}.",
    "tags_one": "1 tag",
    "tags_many": "{n} tags",
    "packs_one": "1 pack",
    "packs_many": "{n} packs",
    "contents": "Contents",
    "skip": "Skip to the tags",
    "filter": "Find a tag",
    "filter_hint": "Title, name, owner or a word of the text",
    "nothing": "No tag has that in it.",
    "show_en": "English",
    "show_zh": "中文",
    "show_both": "Both",
    "languages": "Languages shown",
    "tags": "The tags",
    "uncategorised": "Without a category",
    "index": "Index of titles",
    "index_en": "In English",
    "index_zh": "In Chinese",
    "to_top": "Back to the contents",
    # one tag
    "means": "What it means",
    "purpose": "What it is for",
    "use": "When to use it",
    "dates": "Since and until",
    "values": "Its values",
    "related": "Related tags",
    "name": "Name",
    "form": "Form",
    "owner": "Owner",
    "layer": "Layer",
    "status": "Status",
    "priority": "Priority",
    "manual": "By hand",
    "pack": "Pack",
    "colour": "Colour",
    "no_owner": "nobody yet",
    "form_flag": "held or not held",
    "form_text": "one of several values",
    "form_number": "a number",
    "layer_core": "core",
    "layer_extended": "extended",
    "layer_temporary": "temporary",
    "status_experimental": "on trial",
    "status_stable": "in use",
    "status_deprecated": "being phased out",
    "manual_allowed": "allowed",
    "manual_forbidden": "not allowed",
    "manual_only": "only by hand",
    "roles": "for {roles}",
    # when to use it, and how
    "use_rule": "It comes and goes by itself. Read it, and do what it is for.",
    "use_both": (
        "It comes and goes by itself. Set it by hand only where you know more of the customer than"
        " the rule can."
    ),
    "use_only": "It is there only if you set it. Keep it true: take it away when it no longer is.",
    "use_trial": "It is on trial and not shown to other systems: do not plan with it yet.",
    "use_deprecated": "It is being phased out: do not begin to use it.",
    "how_flag": "“Assign” sets it, “remove” takes it away, “release” gives it back to its rule.",
    "how_text": "“Assign” sets one of its values, “remove” takes it away, “release” gives it back.",
    "how_number": "“Assign” sets a number, “remove” takes it away, “release” gives it back.",
    "how_only": "“Assign” sets it, “remove” takes it away.",
    "since_flag": "“Since” is the instant at which the customer got the tag.",
    "since_value": "“Since” is the instant at which the value last changed.",
    "since_renewed": "A renewal leaves “since” as it is, and moves “until”.",
    "until_term": "“Until” is the end of its term.",
    "until_day": "“Until” is never later than its last day.",
    "until_hand": "“Until” is there only where somebody gave an end date by hand.",
    "until_none": "It has no “until”.",
    # conventions
    "naming": "How tags are named",
    "naming_1": "A tag has a name for systems and a title for people. Only titles may change.",
    "naming_2": (
        "Names are lower-case English words joined by underscores: letters, digits, “_” and “-”, at"
        " most 64 characters. No two tags have the same name."
    ),
    "naming_3": "A name says what is true of the customer, not what is to be done about it.",
    "naming_4": "A tag is the third level of a tree: category, sub-category, tag.",
    "naming_5": (
        "What excludes one another is one tag with several values, not several tags. Values are"
        " short lower-case words."
    ),
    "naming_6": "Every tag has a title in English and in Chinese, an owner, and a purpose.",
    "hand": "Setting tags by hand",
    "hand_1": (
        "“Assign”, “remove” and “release” are what you can do with a tag where its entry allows it"
        " to your role. Every change keeps your name and your reason."
    ),
    "hand_2": "“Assign” and “remove” can have an end date; after it, the rule shows again.",
    "hand_3": (
        "What is set by hand goes before the rule, which goes on underneath. “Release” shows what"
        " the rule says."
    ),
    "hand_4": (
        "What is removed by hand without an end date stays away until the rule itself comes to"
        " another result."
    ),
    "hand_5": "Each tag of a customer has a “since” and an “until”; its entry says what they are.",
    "layers": "Layers, status and priority",
    "layers_core": "Core tags are meant to last. Other rules may rely on them.",
    "layers_extended": "Extended tags serve a project, and go with it.",
    "layers_temporary": "Temporary tags serve a campaign. They name their end, and are cleaned up.",
    "layers_experimental": "On trial: computed and measured, but not yet shown to other systems.",
    "layers_stable": "In use: shown to everybody.",
    "layers_deprecated": "Being phased out: its entry names what to use instead.",
    "layers_priority": (
        "Who can show only one tag of a customer shows the one with the highest priority. This is"
        " the order:"
    ),
}

CHINESE: Mapping[str, str] = {
    "title": "标签手册",
    "subtitle": "每个标签的含义、使用时机和负责人",
    "made_of": "由规则自动生成：{packs}，共{tags}。",
    "tags_one": " 1 个标签",
    "tags_many": " {n} 个标签",
    "packs_one": "1 个规则包",
    "packs_many": "{n} 个规则包",
    "contents": "目录",
    "skip": "跳到标签",
    "filter": "查找标签",
    "filter_hint": "标题、名称、负责人或文中的字词",
    "nothing": "没有符合的标签。",
    "show_en": "English",
    "show_zh": "中文",
    "show_both": "双语",
    "languages": "显示语言",
    "tags": "标签",
    "uncategorised": "未分类",
    "index": "标题索引",
    "index_en": "英文标题",
    "index_zh": "中文标题",
    "to_top": "回到目录",
    # one tag
    "means": "含义",
    "purpose": "用途",
    "use": "使用时机",
    "dates": "起始与截止",
    "values": "取值",
    "related": "相关标签",
    "name": "名称",
    "form": "形式",
    "owner": "负责人",
    "layer": "层级",
    "status": "状态",
    "priority": "优先级",
    "manual": "人工设置",
    "pack": "规则包",
    "colour": "颜色",
    "no_owner": "暂无",
    "form_flag": "有或无",
    "form_text": "多值取一",
    "form_number": "数字",
    "layer_core": "核心",
    "layer_extended": "扩展",
    "layer_temporary": "临时",
    "status_experimental": "试用中",
    "status_stable": "正式使用",
    "status_deprecated": "即将停用",
    "manual_allowed": "允许",
    "manual_forbidden": "不允许",
    "manual_only": "仅限人工",
    "roles": "限{roles}",
    # when to use it, and how
    "use_rule": "标签自动打上、自动移除。看到标签后，按其用途行事即可。",
    "use_both": "标签自动打上、自动移除。只有当您比规则更了解客户时，才需要人工设置。",
    "use_only": "只有人工打上才会有此标签。请保持其真实：不再符合时及时移除。",
    "use_trial": "标签尚在试用，不对其他系统发布：请勿据此安排工作。",
    "use_deprecated": "标签即将停用：请勿开始使用。",
    "how_flag": "“assign”打上，“remove”移除，“release”交还给规则。",
    "how_text": "“assign”设为其中一个值，“remove”移除，“release”交还给规则。",
    "how_number": "“assign”设为一个数字，“remove”移除，“release”交还给规则。",
    "how_only": "“assign”打上，“remove”移除。",
    "since_flag": "“起始”是客户得到标签的时刻。",
    "since_value": "“起始”是取值最近一次改变的时刻。",
    "since_renewed": "续期不改变“起始”，只推迟“截止”。",
    "until_term": "“截止”是有效期届满的时刻。",
    "until_day": "“截止”不晚于其最后有效日。",
    "until_hand": "只有人工设了截止时间，才会有“截止”。",
    "until_none": "没有“截止”。",
    # conventions
    "naming": "标签如何命名",
    "naming_1": "标签有供系统使用的名称和供人阅读的标题。标题可以修改，名称不变。",
    "naming_2": (
        "名称由小写英文单词以下划线连接而成，只含字母、数字、“_”和“-”，最长 64 个字符。"
        "名称不得重复。"
    ),
    "naming_3": "名称说明客户是什么样的，而不是要对客户做什么。",
    "naming_4": "标签处于三级目录的第三级：分类、子分类、标签。",
    "naming_5": "互斥的情况用一个多值标签表示，而不是用多个标签。取值用简短的小写单词。",
    "naming_6": "每个标签都有英文和中文标题、负责人和用途。",
    "hand": "人工设置标签",
    "hand_1": (
        "只要条目允许您的角色，就可以对标签执行“assign”（打上）、“remove”（移除）和"
        "“release”（交还给规则）。每次操作都会记录操作人和原因。"
    ),
    "hand_2": "“assign”和“remove”可设截止时间，到期后恢复为规则的结果。",
    "hand_3": "人工设置优先于规则；规则在后台照常运行，“release”之后显示规则的结果。",
    "hand_4": "人工移除且未设截止时间的，要等规则得出不同的结果之后，才会重新出现。",
    "hand_5": "客户的每个标签旁都有“起始”和“截止”，其含义见各条目。",
    "layers": "层级、状态与优先级",
    "layers_core": "核心标签长期使用，其他规则可以依赖它们。",
    "layers_extended": "扩展标签服务于某个项目，随项目结束而停用。",
    "layers_temporary": "临时标签服务于某次活动，注明截止时间，到期清理。",
    "layers_experimental": "试用中：照常计算和统计，但尚不对其他系统发布。",
    "layers_stable": "正式使用：对所有人可见。",
    "layers_deprecated": "即将停用：条目中注明了替代标签。",
    "layers_priority": "只能显示一个标签时，显示优先级最高的那个。顺序如下：",
}

WORDS: Mapping[str, Mapping[str, str]] = {"en": ENGLISH, "zh": CHINESE}
NAMING = tuple(f"naming_{number}" for number in range(1, 7))
BY_HAND = tuple(f"hand_{number}" for number in range(1, 6))
LAYERS = ("layers_core", "layers_extended", "layers_temporary")
STATUSES = ("layers_experimental", "layers_stable", "layers_deprecated")


def amount(code: str, of: str, n: int) -> str:
    """`3 tags`, `1 pack`."""
    return WORDS[code][f"{of}_one" if n == 1 else f"{of}_many"].format(n=n)


def made_of(code: str, tags: int, packs: int) -> str:
    """What the handbook is made from."""
    parts = {"tags": amount(code, "tags", tags), "packs": amount(code, "packs", packs)}
    return WORDS[code]["made_of"].format(**parts)
