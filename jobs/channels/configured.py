"""Which provider each channel goes over, read from the environment; described in docs/settings.md."""

from __future__ import annotations

from collections.abc import Callable, Mapping

from base.errors import InvalidInput
from jobs.channels import aliyun, tencent
from jobs.channels.channel import NotificationChannel
from jobs.channels.dingtalk import DingTalkRobot
from jobs.channels.http_gateway import HttpGateway
from jobs.channels.log import LogChannel
from jobs.channels.mail import Mail
from jobs.channels.wecom import WeComRobot

Channels = Mapping[str, NotificationChannel]
"""By the channel's name in the outbox (``sms``, ``robot``, ``email``); one that is switched off is not there."""

Environment = Mapping[str, str]


def channels(env: Environment) -> dict[str, NotificationChannel]:
    """The channels as they are set.

    Raises
    ------
    InvalidInput
        naming the variable that is missing or cannot be.
    """
    makers = {"sms": ("GRIDCOMMAND_SMS", _SMS), "robot": ("GRIDCOMMAND_ROBOT", _ROBOT),
              "email": ("GRIDCOMMAND_EMAIL", _EMAIL)}  # fmt: skip
    found: dict[str, NotificationChannel] = {}
    for channel, (variable, providers) in makers.items():
        chosen = env.get(variable, "").strip().lower() or "log"
        allowed = ("log", "off", *providers)
        if chosen not in allowed:
            raise InvalidInput("setting_not_one_of", field=variable, given=chosen, allowed=allowed)
        if chosen != "off":
            found[channel] = LogChannel() if chosen == "log" else providers[chosen](env)
    return found


def signature(env: Environment) -> str:
    """The name of who sends, as the provider approved it; empty: that of the town's centre."""
    return env.get("GRIDCOMMAND_SMS_SIGN", "").strip()


def _needed(env: Environment, name: str) -> str:
    value = env.get(name, "").strip()
    if not value:
        raise InvalidInput("setting_needed", field=name)
    return value


def _address(env: Environment, name: str) -> str:
    value = _needed(env, name)
    if not value.startswith(("https://", "http://")):
        # without the value: a robot's address is a secret
        raise InvalidInput("setting_not_a_web_address", field=name)
    return value


def _templates(env: Environment) -> dict[str, str]:
    """``code=template`` pairs, separated by commas."""
    pairs = [pair.partition("=") for pair in _needed(env, "GRIDCOMMAND_SMS_TEMPLATES").split(",") if pair.strip()]
    for code, _, template in pairs:
        if not (code.strip() and template.strip()):
            raise InvalidInput("setting_not_pairs", field="GRIDCOMMAND_SMS_TEMPLATES", given=code)
    return {code.strip(): template.strip() for code, _, template in pairs}


def _of_account(env: Environment) -> tuple[str, str]:
    return _needed(env, "GRIDCOMMAND_SMS_KEY"), _needed(env, "GRIDCOMMAND_SMS_SECRET")


def _aliyun(env: Environment) -> NotificationChannel:
    key, secret = _of_account(env)
    _needed(env, "GRIDCOMMAND_SMS_SIGN")
    return aliyun.AliyunSms(key, secret, _templates(env), env.get("GRIDCOMMAND_SMS_URL", "").strip() or aliyun.URL)


def _tencent(env: Environment) -> NotificationChannel:
    key, secret = _of_account(env)
    _needed(env, "GRIDCOMMAND_SMS_SIGN")
    app_id = _needed(env, "GRIDCOMMAND_SMS_APP")
    url = env.get("GRIDCOMMAND_SMS_URL", "").strip() or tencent.URL
    return tencent.TencentSms(key, secret, app_id, _templates(env), url=url)


def _http(env: Environment) -> NotificationChannel:
    return HttpGateway(
        _address(env, "GRIDCOMMAND_SMS_URL"),
        _needed(env, "GRIDCOMMAND_SMS_BODY"),
        env.get("GRIDCOMMAND_SMS_KEY", "").strip(),
        env.get("GRIDCOMMAND_SMS_SECRET", "").strip(),
        env.get("GRIDCOMMAND_SMS_GOOD", "").strip(),
    )


def _dingtalk(env: Environment) -> NotificationChannel:
    return DingTalkRobot(_address(env, "GRIDCOMMAND_ROBOT_URL"), env.get("GRIDCOMMAND_ROBOT_SECRET", "").strip())


def _wecom(env: Environment) -> NotificationChannel:
    return WeComRobot(_address(env, "GRIDCOMMAND_ROBOT_URL"))


def _mail(env: Environment) -> NotificationChannel:
    host, _, port = _needed(env, "GRIDCOMMAND_EMAIL_SERVER").partition(":")
    security = env.get("GRIDCOMMAND_EMAIL_SECURITY", "").strip().lower() or "starttls"
    if security not in ("starttls", "tls", "none"):
        allowed = ("starttls", "tls", "none")
        raise InvalidInput("setting_not_one_of", field="GRIDCOMMAND_EMAIL_SECURITY", given=security, allowed=allowed)
    if port and not port.isdecimal():
        raise InvalidInput("setting_out_of_range", field="GRIDCOMMAND_EMAIL_SERVER", given=port, low=1, high=65535)
    user, password = env.get("GRIDCOMMAND_EMAIL_USER", "").strip(), env.get("GRIDCOMMAND_EMAIL_PASSWORD", "").strip()
    return Mail(host, int(port or 587), _needed(env, "GRIDCOMMAND_EMAIL_FROM"), user, password, security)


_Maker = Callable[[Environment], NotificationChannel]
_SMS: dict[str, _Maker] = {"aliyun": _aliyun, "tencent": _tencent, "http": _http}
_ROBOT: dict[str, _Maker] = {"dingtalk": _dingtalk, "wecom": _wecom}
_EMAIL: dict[str, _Maker] = {"smtp": _mail}
