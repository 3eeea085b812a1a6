"""Text files of Chinese spreadsheets are read as they were written."""

import pytest

from laixi_transport.domain.encoding import decode_file


@pytest.mark.parametrize("encoding", ["utf-8", "utf-8-sig", "utf-16", "gbk", "gb18030"])
@pytest.mark.parametrize(
    "text", ["phone,plate\n1,鲁B00001D\n2,鲁B00002D\n", "1,豫A00001D", "1,京A00001D,公交公司", "1,2"]
)
def test_a_text_comes_back(text, encoding):
    assert decode_file(text.encode(encoding)) == text


@pytest.mark.parametrize("text", ["Zürich,München", "10 m³,ok", "São,³"])
def test_european_texts_stay_what_they_are(text):
    assert decode_file(text.encode()) == text


def test_what_is_no_text_is_told():
    with pytest.raises(UnicodeDecodeError):
        decode_file(b"\xff\xff\xff")
