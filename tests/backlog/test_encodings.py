"""Encodings are found, and come back as they were."""

import codecs

import pytest

from tests.backlog.cases import titles, written

TEXTS = {
    "cp1252": "Titel;Status\nÜbergabe für Müller & Söhne planen;offen\nPreis auf 5 € – „fest“ – setzen;zu\n",
    "cp1250": "Zadanie;Status\nZażółcić gęślą jaźń i wysłać ofertę;otwarte\nUstalić cenę dla klientów z Łodzi;nowe\n",
    "cp1251": "Задача;Статус\nПодготовить отчёт по проекту;открыта\nВыбрать цену для новых клиентов;новая\n",
    "cp932": "タイトル,状態\n来期の製品計画を立てる,未着手\n会議室を予約する,完了\n",
    "gb18030": "标题,状态\n为新产品制定路线图并与客户沟通,进行中\n安排下周的项目会议,完成\n",
    "cp949": "제목,상태\n새 제품의 로드맵을 작성하고 고객과 공유하기,진행\n다음 주 회의실 예약하기,완료\n",
    "utf-8": "Title,x\nDefine the café’s goals 🚀,y\nb,c\n",
    "utf-16-le": "Title,x\nDefine the café’s goals 🚀,y\nb,c\n",
    "utf-16-be": "Title,x\nDefine the café’s goals 🚀,y\nb,c\n",
}


@pytest.mark.parametrize("codec", TEXTS)
def test_the_encoding_is_found_and_comes_back(codec):
    text = TEXTS[codec]
    data = text.encode(codec)

    assert titles(data) == [line.replace(",", ";").split(";")[0] for line in text.splitlines()[1:]]
    assert written(data, "csv").decode(codec).splitlines()[1].startswith(text.splitlines()[1])


@pytest.mark.parametrize(
    ("mark", "codec"),
    [
        (codecs.BOM_UTF8, "utf-8"),
        (codecs.BOM_UTF16_LE, "utf-16-le"),
        (codecs.BOM_UTF16_BE, "utf-16-be"),
        (codecs.BOM_UTF32_LE, "utf-32-le"),
        (codecs.BOM_UTF32_BE, "utf-32-be"),
    ],
)
@pytest.mark.parametrize("named", [False, True])
def test_marks_tell_the_encoding_and_come_back(mark, codec, named):
    data = mark + TEXTS["utf-8"].encode(codec)
    options = {"encoding": codec[:6].rstrip("-")} if named else {}

    assert titles(data, **options) == ["Define the café’s goals 🚀", "b"]
    out = written(data, "csv", **options)
    assert out.startswith(mark + "Title".encode(codec))
    assert out.count(mark) == data.count(mark)


@pytest.mark.parametrize("name", ["windows-1252", "latin-1", "UTF8", "utf-8-sig", "cp850"])
def test_an_encoding_may_be_named(name):
    assert titles("Title,x\nälter,y\n".encode(name), encoding=name) == ["älter"]


def test_one_strange_letter_is_enough():
    assert titles("Title,Owner\nBook the café,Ana\nPlan,Ben\n".encode("cp1252")) == ["Book the café", "Plan"]


def test_a_character_cut_by_the_end_of_the_sample_is_no_strange_letter():
    rows = "é" * 40_000
    assert titles(f"Title,x\na,{rows}\n") == ["a"]
    assert titles(f"Title,x\nab,{rows}\n") == ["ab"]
