"""What leaves the house: each provider's request byte for byte, and what its answers mean, before six fake servers."""

import base64
import hashlib
import hmac
import json
import logging
import socket
import threading
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from datetime import UTC, datetime, timedelta
from email import message_from_bytes
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from urllib.parse import parse_qs, quote, urlsplit
from uuid import UUID

import pytest

import jobs.channels.mail
import jobs.channels.web
from base.errors import InvalidInput
from base.values import Code, Moment
from jobs.channels import aliyun, tencent
from jobs.channels.aliyun import AliyunSms
from jobs.channels.channel import Message, NotificationChannel, ProviderRefused, ProviderUnavailable
from jobs.channels.configured import channels
from jobs.channels.dingtalk import DingTalkRobot, signature_query
from jobs.channels.http_gateway import HttpGateway
from jobs.channels.log import LogChannel
from jobs.channels.mail import Mail
from jobs.channels.tencent import TencentSms
from jobs.channels.wecom import LONGEST_BYTES, WeComRobot
from words.notices import notice_text, segments, signed, template_words

AT = datetime(2026, 11, 30, 6, 5, 7, tzinfo=UTC)
ID = UUID("00000000-0000-4000-8000-0000000000aa")
TOLD = {
    "no": "XZ2611300007",
    "cat": Code("types", "0102"),
    "place": "小镇南村南岸路8号",
    "village": "南村",
    "due": Moment(AT + timedelta(hours=2)),
    "priority": Code("lifecycle.priority", "P3"),
    "dept": Code("departments", "ZF"),
}
TEMPLATES = {"reminder": "SMS_1"}
MESSAGE = Message(
    ID, "reminder", "10012340001", "yi@town.example", "小镇指挥中心", "到期提醒 XZ2611300007",
    notice_text("reminder", TOLD, "zh"), template_words("reminder", TOLD, "zh"), at=AT,
)  # fmt: skip
SECRET = "SECdemo0123456789"


# the text -----------------------------------------------------------------------------------------------------------


def test_a_text_is_short_and_says_the_place_as_its_reader_knows_it() -> None:
    text = notice_text("reminder", TOLD, "zh")
    assert "南岸路8号" in text
    assert "小镇南村" not in text
    assert "11月30日16:05" in text
    assert "30 Nov 16:05" in notice_text("reminder", TOLD, "en")
    assert segments(signed("小镇指挥中心", text)) == 1
    assert list(template_words("reminder", TOLD, "zh")) == ["no", "cat", "place", "due"], "in the order of the text"


@pytest.mark.parametrize(("length", "count"), [(0, 1), (70, 1), (71, 2), (134, 2), (135, 3)])
def test_how_many_messages_a_text_is(length: int, count: int) -> None:
    assert segments("字" * length) == count


# the vectors of the providers ---------------------------------------------------------------------------------------


def test_the_signature_of_alibaba_cloud_is_that_of_its_document() -> None:
    headers = {
        "host": "ecs.cn-shanghai.aliyuncs.com",
        "x-acs-action": "RunInstances",
        "x-acs-content-sha256": hashlib.sha256(b"").hexdigest(),
        "x-acs-date": "2023-10-26T10:22:32Z",
        "x-acs-signature-nonce": "3156853299f313e23d1673dc12e1703d",
        "x-acs-version": "2014-05-26",
    }
    image = "win2019_1809_x64_dtc_zh-cn_40G_alibase_20230811.vhd"
    query = aliyun.canonical_query({"RegionId": "cn-shanghai", "ImageId": image})
    signed_with = aliyun.authorization("YourAccessKeyId", "YourAccessKeySecret", query, headers)
    assert signed_with.endswith("Signature=06563a9e1b43f5dfe96b81484da74bceab24a1d853912eee15083a6f0f3283c0")


def test_the_signature_of_tencent_cloud_is_that_of_its_document() -> None:
    body = b'{"Limit": 1, "Filters": [{"Values": ["\\u672a\\u547d\\u540d"], "Name": "instance-name"}]}'
    key, secret = "AKIDz8krbsJ5yKBZQpn74WFkmLPx3EXAMPLE", "Gu5t9xGARNpq86cd98joQYCN3EXAMPLE"
    at = datetime.fromtimestamp(1551113065, UTC)
    signed_with = tencent.authorization(key, secret, "cvm", "cvm.tencentcloudapi.com", body, at)
    assert signed_with.endswith("Signature=72e494ea809ad7a8c8f7a4507b9bddcbaa8e581f516e8da2f66e2c5a96525168")
    assert f"Credential={key}/2019-02-25/cvm/tc3_request" in signed_with


def test_the_signature_of_a_dingtalk_robot() -> None:
    query = signature_query(SECRET, datetime.fromtimestamp(1_700_000_000, UTC))
    assert query == "&timestamp=1700000000000&sign=ww0uYz9hgC%2F%2Fla1LzHCxhiH8ja6t5XU0VlJXBRQKVAA%3D"


# fake servers -------------------------------------------------------------------------------------------------------


class Provider:
    """A server that keeps what it is sent and answers as it is told."""

    def __init__(self) -> None:
        self.answer: tuple[int, bytes] = (200, b"{}")
        self.manner = "whole"
        self.seen: list[tuple[str, dict[str, str], bytes]] = []
        self.released = threading.Event()
        provider = self

        class Handler(BaseHTTPRequestHandler):
            def do_POST(self) -> None:
                body = self.rfile.read(int(self.headers.get("content-length", 0)))
                provider.seen.append((self.path, {k.lower(): v for k, v in self.headers.items()}, body))
                provider.reply(self)

            def log_message(self, *_: object) -> None:
                pass

        self.server = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
        self.server.daemon_threads = True
        self.url = f"http://127.0.0.1:{self.server.server_port}"

    def reply(self, handler: BaseHTTPRequestHandler) -> None:
        status, body = self.answer
        if self.manner == "slowly":
            self.released.wait(20)
        handler.send_response(status)
        if status in (301, 302, 307):
            handler.send_header("location", f"{self.url}/elsewhere")
        handler.send_header("content-length", str(len(body)))
        handler.end_headers()
        if self.manner == "half":
            handler.wfile.write(body[: len(body) // 2])
            handler.wfile.flush()
            handler.connection.shutdown(socket.SHUT_RDWR)
        else:
            with suppress(OSError):  # who did not want to wait is gone
                handler.wfile.write(body)


@pytest.fixture
def provider() -> Iterator[Provider]:
    found = Provider()
    thread = threading.Thread(target=found.server.serve_forever, kwargs={"poll_interval": 0.02}, daemon=True)
    thread.start()
    yield found
    found.released.set()
    found.server.shutdown()
    found.server.server_close()
    thread.join()


def channel_of(name: str, url: str) -> NotificationChannel:
    return {
        "aliyun": lambda: AliyunSms("key", "secret", TEMPLATES, url),
        "tencent": lambda: TencentSms("key", "secret", "1400", TEMPLATES, url=url),
        "dingtalk": lambda: DingTalkRobot(f"{url}/robot/send?access_token=t", SECRET),
        "wecom": lambda: WeComRobot(f"{url}/cgi-bin/webhook/send?key=k"),
        "http": lambda: HttpGateway(f"{url}/sms", '{"to":"{phone}","text":"{text}"}', good="success=true"),
    }[name]()


GOOD = {
    "aliyun": b'{"Code":"OK","Message":"OK","BizId":"biz1"}',
    "tencent": b'{"Response":{"SendStatusSet":[{"Code":"Ok","SerialNo":"biz1"}]}}',
    "dingtalk": b'{"errcode":0,"errmsg":"ok"}',
    "wecom": b'{"errcode":0,"errmsg":"ok"}',
    "http": b'{"success":true}',
}
PASSING = {
    "aliyun": b'{"Code":"isv.BUSINESS_LIMIT_CONTROL","Message":"10012340001 too often"}',
    "tencent": b'{"Response":{"SendStatusSet":[{"Code":"LimitExceeded.PhoneNumberDailyLimit","Message":"x"}]}}',
    "dingtalk": b'{"errcode":130101,"errmsg":"send too fast"}',
    "wecom": b'{"errcode":45009,"errmsg":"api freq out of limit"}',
}
FOR_GOOD = {
    "aliyun": b'{"Code":"isv.MOBILE_NUMBER_ILLEGAL","Message":"10012340001 is none"}',
    "tencent": b'{"Response":{"Error":{"Code":"AuthFailure.SignatureFailure","Message":"10012340001"}}}',
    "dingtalk": b'{"errcode":310000,"errmsg":"sign not match"}',
    "wecom": b'{"errcode":93000,"errmsg":"invalid webhook url 10012340001"}',
    "http": b'{"success":false,"why":"10012340001"}',
}
WEB = sorted(GOOD)


@pytest.mark.parametrize("name", WEB)
def test_taken(provider: Provider, name: str) -> None:
    provider.answer = (200, GOOD[name])
    receipt = channel_of(name, provider.url).send(MESSAGE)
    assert len(provider.seen) == 1
    assert receipt.provider_id == ("biz1" if name in ("aliyun", "tencent") else "")
    assert receipt.body == f"【小镇指挥中心】{MESSAGE.text}"


@pytest.mark.parametrize("name", WEB)
def test_the_same_notice_twice_is_the_same_request_but_for_its_moment(provider: Provider, name: str) -> None:
    provider.answer = (200, GOOD[name])
    channel = channel_of(name, provider.url)
    channel.send(MESSAGE)
    channel.send(MESSAGE)
    assert provider.seen[0] == provider.seen[1]


@pytest.mark.parametrize(
    ("status", "is_passing"),
    [(429, True), (500, True), (503, True), (408, True), (400, False), (403, False), (302, False)],
)
@pytest.mark.parametrize("name", WEB)
def test_what_a_status_means(provider: Provider, name: str, status: int, is_passing: bool) -> None:
    provider.answer = (status, b"<html>10012340001</html>")
    with pytest.raises(ProviderUnavailable if is_passing else ProviderRefused) as fault:
        channel_of(name, provider.url).send(MESSAGE)
    assert len(provider.seen) == 1, "nobody is led elsewhere"
    assert "10012340001" not in str(fault.value.error)


@pytest.mark.parametrize("name", WEB)
@pytest.mark.parametrize("answer", [b"", b"<html>", b"[1]", b'{"Code":', b"{}"])
def test_half_an_answer_is_not_success(provider: Provider, name: str, answer: bytes) -> None:
    provider.answer = (200, answer)
    with pytest.raises(ProviderUnavailable):
        channel_of(name, provider.url).send(MESSAGE)


@pytest.mark.parametrize("name", WEB)
def test_a_connection_that_breaks_off(provider: Provider, name: str) -> None:
    provider.answer, provider.manner = (200, GOOD[name]), "half"
    with pytest.raises(ProviderUnavailable) as fault:
        channel_of(name, provider.url).send(MESSAGE)
    assert fault.value.is_down


@pytest.mark.parametrize("name", WEB)
def test_a_slow_one_is_not_waited_for(provider: Provider, name: str, monkeypatch: pytest.MonkeyPatch) -> None:
    provider.answer, provider.manner = (200, GOOD[name]), "slowly"
    monkeypatch.setitem(jobs.channels.web.post.__kwdefaults__, "timeout_s", 0.2)
    with pytest.raises(ProviderUnavailable) as fault:
        channel_of(name, provider.url).send(MESSAGE)
    assert fault.value.error == {"code": "timeout", "seconds": "0.2"}


@pytest.mark.parametrize("name", WEB)
def test_nobody_there(name: str) -> None:
    with socket.create_server(("127.0.0.1", 0)) as taken:
        url = f"http://127.0.0.1:{taken.getsockname()[1]}"
    with pytest.raises(ProviderUnavailable) as fault:
        channel_of(name, url).send(MESSAGE)
    assert fault.value.error["code"] == "unreachable"
    assert url not in str(fault.value.error)


@pytest.mark.parametrize(("name", "is_passing"), [*((n, True) for n in PASSING), *((n, False) for n in FOR_GOOD)])
def test_an_error_inside_a_200(provider: Provider, name: str, is_passing: bool) -> None:
    provider.answer = (200, (PASSING if is_passing else FOR_GOOD)[name])
    with pytest.raises(ProviderUnavailable if is_passing else ProviderRefused) as fault:
        channel_of(name, provider.url).send(MESSAGE)
    assert "10012340001" not in str(fault.value.error), "nobody's number goes into an error"
    if is_passing:
        assert not fault.value.is_down, "the provider is well, only this message must wait"


# byte for byte ------------------------------------------------------------------------------------------------------


def sha256(text: bytes) -> str:
    return hashlib.sha256(text).hexdigest()


def test_alibaba_cloud_byte_for_byte(provider: Provider) -> None:
    provider.answer = (200, GOOD["aliyun"])
    channel_of("aliyun", provider.url).send(MESSAGE)
    path, headers, body = provider.seen[0]
    words = json.dumps(dict(MESSAGE.words), ensure_ascii=False, separators=(",", ":"))
    query = (
        f"OutId={ID}&PhoneNumbers=10012340001&SignName={quote('小镇指挥中心')}&TemplateCode=SMS_1&TemplateParam="
        + quote(words, safe="")
    )
    assert (path, body) == (f"/?{query}", b"")
    assert (headers["x-acs-action"], headers["x-acs-version"]) == ("SendSms", "2017-05-25")
    assert headers["x-acs-date"] == "2026-11-30T06:05:07Z"
    names = "host;x-acs-action;x-acs-content-sha256;x-acs-date;x-acs-signature-nonce;x-acs-version"
    lines = "".join(f"{name}:{headers[name]}\n" for name in names.split(";"))
    request = f"POST\n/\n{query}\n{lines}\n{names}\n{sha256(b'')}"
    by_hand = hmac.digest(b"secret", f"ACS3-HMAC-SHA256\n{sha256(request.encode())}".encode(), "sha256").hex()
    assert headers["authorization"] == f"ACS3-HMAC-SHA256 Credential=key,SignedHeaders={names},Signature={by_hand}"


def test_tencent_cloud_byte_for_byte(provider: Provider) -> None:
    provider.answer = (200, GOOD["tencent"])
    channel_of("tencent", provider.url).send(MESSAGE)
    path, headers, body = provider.seen[0]
    parameters = ",".join(json.dumps(word, ensure_ascii=False) for word in MESSAGE.words.values())
    expected = (
        '{"PhoneNumberSet":["+8610012340001"],"SmsSdkAppId":"1400","SignName":"小镇指挥中心","TemplateId":"SMS_1",'
        f'"TemplateParamSet":[{parameters}],"SessionContext":"{ID}"}}'
    )
    assert (path, body) == ("/", expected.encode())
    request = (
        f"POST\n/\n\ncontent-type:application/json; charset=utf-8\nhost:{headers['host']}\n\ncontent-type;host\n"
        + sha256(body)
    )
    scope = "2026-11-30/sms/tc3_request"
    text = f"TC3-HMAC-SHA256\n{headers['x-tc-timestamp']}\n{scope}\n{sha256(request.encode())}"
    key = hmac.digest(b"TC3secret", b"2026-11-30", "sha256")
    key = hmac.digest(hmac.digest(key, b"sms", "sha256"), b"tc3_request", "sha256")
    signature = hmac.digest(key, text.encode(), "sha256").hex()
    assert headers["x-tc-timestamp"] == str(int(AT.timestamp()))
    assert (headers["x-tc-action"], headers["x-tc-version"]) == ("SendSms", "2021-01-11")
    assert headers["authorization"] == (
        f"TC3-HMAC-SHA256 Credential=key/{scope}, SignedHeaders=content-type;host, Signature={signature}"
    )


def test_a_dingtalk_robot_byte_for_byte(provider: Provider) -> None:
    provider.answer = (200, GOOD["dingtalk"])
    channel_of("dingtalk", provider.url).send(MESSAGE)
    path, _, body = provider.seen[0]
    assert body == f'{{"msgtype":"text","text":{{"content":"【小镇指挥中心】{MESSAGE.text}"}}}}'.encode()
    asked = parse_qs(urlsplit(path).query)
    moment = str(int(AT.timestamp()) * 1000)
    by_hand = base64.b64encode(hmac.digest(SECRET.encode(), f"{moment}\n{SECRET}".encode(), "sha256")).decode()
    assert asked == {"access_token": ["t"], "timestamp": [moment], "sign": [by_hand]}


def test_a_wecom_robot_byte_for_byte(provider: Provider) -> None:
    provider.answer = (200, GOOD["wecom"])
    channel_of("wecom", provider.url).send(MESSAGE)
    path, headers, body = provider.seen[0]
    assert path == "/cgi-bin/webhook/send?key=k"
    assert headers["content-type"] == "application/json; charset=utf-8"
    assert body == f'{{"msgtype":"text","text":{{"content":"【小镇指挥中心】{MESSAGE.text}"}}}}'.encode()
    receipt = channel_of("wecom", provider.url).send(Message(ID, "x", "", "", "镇", "", "字" * 1000, at=AT))
    assert LONGEST_BYTES - 3 < len(receipt.body.encode()) <= LONGEST_BYTES


@pytest.mark.parametrize(
    ("template", "expected"),
    [
        ('{"to":"{phone}","text":"{text}","n":{1}}', '{"to":"10012340001","text":"【镇】a\\"{key}&=\\\\","n":{1}}'),
        (
            "to={phone}&text={text}&id={id}",
            f"to=10012340001&text=%E3%80%90%E9%95%87%E3%80%91a%22%7Bkey%7D%26%3D%5C&id={ID}",
        ),
    ],
)
def test_a_gateway_of_ones_own_is_filled_and_escaped(provider: Provider, template: str, expected: str) -> None:
    message = Message(ID, "x", "10012340001", "", "镇", "", 'a"{key}&=\\', at=AT)
    HttpGateway(f"{provider.url}/sms", template, key="K", secret="S").send(message)
    _, headers, body = provider.seen[0]
    assert body.decode() == expected
    assert headers["idempotency-key"] == str(ID)


def test_a_gateway_may_ask_for_an_md5(provider: Provider) -> None:
    HttpGateway(f"{provider.url}/sms", "{md5}", key="K", secret="S").send(MESSAGE)
    text = f"KS10012340001【小镇指挥中心】{MESSAGE.text}{int(AT.timestamp())}"
    assert provider.seen[0][2].decode() == hashlib.md5(text.encode()).hexdigest()


# e-mail -------------------------------------------------------------------------------------------------------------


class MailServer:
    """Speaks as much SMTP as one mail needs; ``replies`` overrides the answer to a command."""

    def __init__(self, replies: dict[str, str], manner: str = "") -> None:
        self.replies, self.manner = replies, manner
        self.mails: list[bytes] = []
        self.listener = socket.create_server(("127.0.0.1", 0))
        self.port = self.listener.getsockname()[1]
        self.stopped = threading.Event()
        self.thread = threading.Thread(target=self.serve, daemon=True)
        self.thread.start()

    def serve(self) -> None:
        while True:
            try:
                connection, _ = self.listener.accept()
            except OSError:
                return
            with connection, connection.makefile("rwb") as file:
                self.speak(file)

    def speak(self, file) -> None:
        if self.manner == "slowly":
            self.stopped.wait(20)
        self.answer(file, "220 here")
        for line in file:
            word = line[:4].decode().strip().upper()
            if self.manner == "half" and word == "DATA":
                return
            self.answer(file, self.replies.get(word, {"DATA": "354 go on", "QUIT": "221 bye"}.get(word, "250 ok")))
            if word == "DATA" and "DATA" not in self.replies:
                self.mails.append(b"".join(iter(file.readline, b".\r\n")))
                self.answer(file, self.replies.get("MAIL_END", "250 taken"))
            if word == "QUIT":
                return

    @staticmethod
    def answer(file, line: str) -> None:
        file.write(f"{line}\r\n".encode())
        file.flush()


@contextmanager
def mail_server(replies: dict[str, str] | None = None, manner: str = "") -> Iterator[MailServer]:
    server = MailServer(replies or {}, manner)
    try:
        yield server
    finally:
        server.stopped.set()
        server.listener.shutdown(socket.SHUT_RDWR)
        server.listener.close()
        server.thread.join(5)


def test_a_mail_as_it_leaves() -> None:
    with mail_server() as server:
        Mail("127.0.0.1", server.port, "centre@town.example", security="none").send(MESSAGE)
    mail = message_from_bytes(server.mails[0])
    assert (mail["To"], mail["From"]) == ("yi@town.example", "centre@town.example")
    assert mail["Message-ID"] == f"<{ID}@town.example>", "twice is known as one"
    assert mail.get_payload(decode=True).decode().strip() == f"【小镇指挥中心】{MESSAGE.text}"


@pytest.mark.parametrize(
    ("replies", "manner", "is_passing"),
    [
        ({"MAIL": "451 later"}, "", True),
        ({"RCPT": "450 full"}, "", True),
        ({"RCPT": "550 nobody here"}, "", False),
        ({"DATA": "554 no"}, "", False),
        ({"MAIL_END": "452 no room"}, "", True),
        ({}, "half", True),
        ({}, "slowly", True),
    ],
)
def test_what_a_mail_server_means(replies, manner, is_passing, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(jobs.channels.mail, "TIMEOUT_S", 0.3 if manner == "slowly" else 10)
    fault = ProviderUnavailable if is_passing else ProviderRefused
    with mail_server(replies, manner) as server, pytest.raises(fault):
        Mail("127.0.0.1", server.port, "centre@town.example", security="none").send(MESSAGE)


# settings -----------------------------------------------------------------------------------------------------------

ACCOUNT = {"GRIDCOMMAND_SMS_KEY": "k", "GRIDCOMMAND_SMS_SECRET": "hush", "GRIDCOMMAND_SMS_SIGN": "镇"}
TEMPLATE = {"GRIDCOMMAND_SMS_TEMPLATES": "reminder=SMS_1, closed=SMS_2"}


def test_nothing_leaves_unless_it_is_set() -> None:
    assert {name: one.name for name, one in channels({}).items()} == {"sms": "log", "robot": "log", "email": "log"}
    assert set(channels({"GRIDCOMMAND_SMS": "off"})) == {"robot", "email"}


@pytest.mark.parametrize(
    ("env", "name"),
    [
        ({"GRIDCOMMAND_SMS": "aliyun"} | ACCOUNT | TEMPLATE, "aliyun"),
        ({"GRIDCOMMAND_SMS": "tencent", "GRIDCOMMAND_SMS_APP": "1"} | ACCOUNT | TEMPLATE, "tencent"),
        ({"GRIDCOMMAND_SMS": "http", "GRIDCOMMAND_SMS_URL": "http://g", "GRIDCOMMAND_SMS_BODY": "{}"}, "http"),
        ({"GRIDCOMMAND_ROBOT": "dingtalk", "GRIDCOMMAND_ROBOT_URL": "https://d"}, "dingtalk"),
        ({"GRIDCOMMAND_ROBOT": "wecom", "GRIDCOMMAND_ROBOT_URL": "https://w"}, "wecom"),
        ({"GRIDCOMMAND_EMAIL": "smtp", "GRIDCOMMAND_EMAIL_SERVER": "m:25", "GRIDCOMMAND_EMAIL_FROM": "a@b"}, "smtp"),
    ],
)
def test_each_provider_is_set_by_its_variables(env: dict[str, str], name: str) -> None:
    found = {one.name: one for one in channels(env).values()}
    assert name in found
    assert "hush" not in repr(found[name])
    for variable in [one for one in env if one not in ("GRIDCOMMAND_SMS", "GRIDCOMMAND_ROBOT", "GRIDCOMMAND_EMAIL")]:
        with pytest.raises(InvalidInput) as fault:
            channels(env | {variable: ""})
        assert fault.value.field == variable


@pytest.mark.parametrize(
    ("env", "field"),
    [
        ({"GRIDCOMMAND_SMS": "pigeon"}, "GRIDCOMMAND_SMS"),
        ({"GRIDCOMMAND_ROBOT": "wecom", "GRIDCOMMAND_ROBOT_URL": "ftp://secret"}, "GRIDCOMMAND_ROBOT_URL"),
        ({"GRIDCOMMAND_SMS": "aliyun", "GRIDCOMMAND_SMS_TEMPLATES": "reminder"} | ACCOUNT, "GRIDCOMMAND_SMS_TEMPLATES"),
        ({"GRIDCOMMAND_EMAIL": "smtp", "GRIDCOMMAND_EMAIL_SERVER": "m:x"}, "GRIDCOMMAND_EMAIL_SERVER"),
    ],
)
def test_a_wrong_setting_is_named(env: dict[str, str], field: str) -> None:
    with pytest.raises(InvalidInput) as fault:
        channels(env)
    assert fault.value.field == field
    assert "secret" not in str(fault.value)


def test_a_template_that_is_not_set_is_told(provider: Provider) -> None:
    with pytest.raises(ProviderRefused) as fault:
        AliyunSms("k", "s", {}, provider.url).send(MESSAGE)
    assert fault.value.error["code"] == "no_template"
    assert not provider.seen


def test_the_log_masks_the_number(caplog: pytest.LogCaptureFixture) -> None:
    with caplog.at_level(logging.INFO):
        assert LogChannel().send(MESSAGE).body.startswith("【小镇指挥中心】事件XZ2611300007")
    assert "100****0001" in caplog.text
    assert "10012340001" not in caplog.text
