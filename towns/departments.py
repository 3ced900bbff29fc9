"""The departments a town dispatches to: four platforms and the line units."""

from __future__ import annotations

from typing import Literal, NamedTuple


class Department(NamedTuple):
    """One department: its two-letter code (as in the table of event types), Chinese name and kind."""

    code: str
    name: str
    kind: Literal["platform", "line"]


DEPARTMENTS: tuple[Department, ...] = (
    Department("ZZ", "综治工作平台", "platform"),
    Department("SG", "市场监管平台", "platform"),
    Department("ZF", "综合执法平台", "platform"),
    Department("BM", "便民服务平台", "platform"),
    Department("PC", "派出所", "line"),
    Department("JJ", "交警中队", "line"),
    Department("YJ", "应急消防站", "line"),
    Department("ST", "生态环境所", "line"),
    Department("ZR", "自然资源所", "line"),
    Department("NY", "农业农村(水利)办公室", "line"),
    Department("CJ", "村镇建设办公室", "line"),
    Department("SF", "司法所", "line"),
    Department("RS", "劳动保障所", "line"),
    Department("XJ", "新居民事务所", "line"),
    Department("WS", "卫生院", "line"),
    Department("MZ", "民政(社会事务)办公室", "line"),
    Department("GD", "供电所", "line"),
    Department("GS", "供水站", "line"),
    Department("RQ", "燃气站", "line"),
    Department("WY", "物业与村社服务", "line"),
    Department("XF", "信访办公室", "line"),
)
"""Every department a type of event can be routed to. Source: docs/domain.md, "Departments"."""
