"""Reports small enough to read, for the tests of theme discovery: three subjects, four reports each."""

from __future__ import annotations

from diaoyan.report import Report

SUBJECTS = {
    "田": (
        "农户把耕地交给合作社种粮食", "农机手下田收割，烘干机日夜开动", "合作社替农民育秧，秧苗按盘收费",
        "收割机漏粮，农户沿着田埂捡稻穗", "粮库收粮先看水分，稻谷发芽就拒收", "灌溉渠淤塞，农民轮流守着水闸",
        "果园套种花生，果农开春施有机肥", "秸秆打捆运走，养殖场拿去当饲料", "耕地连片以后，农机好转弯",
        "稻谷卖给粮库，合作社年底分红",
    ),
    "贷": (
        "银行给小微企业放贷款，抵押物只收厂房", "利率逐年下行，企业提前还贷", "账款拖欠半年，企业靠担保续命",
        "信贷员上门看流水，额度按纳税核定", "债券到期不能兑付，投资者要求赔偿", "保险理赔太慢，农户不愿续保",
        "基金投了三家企业，股权退出无门", "存款搬去理财，银行网点裁撤柜员", "征信污点难消，贷款申请遭拒",
        "担保收缩以后，小微企业融资更难",
    ),
    "校": (
        "学校缺教师，音乐课由班主任代上", "学生走读要坐校车，路线改了三次", "家长盼着宿舍早日完工",
        "教师轮岗到村小学，周末才能回城", "学生午饭由食堂统一配送，家长轮流陪餐", "宿舍住满以后，学生只好租房",
        "操场塑胶开裂，体育课挪进礼堂", "教室装了暖气，孩子不再带手炉", "家长委员会募捐，图书室添了绘本",
        "校车停运那天，教师步行护送孩子",
    ),
}  # fmt: skip


def small_corpus() -> list[Report]:
    """Return twelve reports of three subjects; every section has six of the ten sentences of its subject."""
    reports = []
    for subject, sentences in SUBJECTS.items():
        for number in range(4):
            place = "甲乙丙丁"[number]
            body = []
            for part, head in enumerate("一二三"):
                chosen = [sentences[(3 * number + 2 * part + step) % 10] for step in (0, 1, 3, 4, 6, 8)]
                body.append(f"{head}、{place}地第{head}处\n" + "".join(f"{sentence}。" for sentence in chosen * 4))
            title = f"{sentences[number].split('，')[0]}：{place}地调查"
            reports.append(Report(f"{subject}{number}", title, text="\n".join(body)))
    return reports
