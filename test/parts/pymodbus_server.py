"""Serves a register image (register-image.ts) with pymodbus, over Modbus TCP or on a serial line (8N1, 115 200 baud).

usage: pymodbus_server.py IMAGE.json PORT
       pymodbus_server.py IMAGE.json /path/of/the/line

Registers that the image does not list do not exist (exception 2); a unit that it does not list is answered with an
exception: over TCP number 11, as a gateway does whose device is silent, on a line whatever pymodbus has for it.
"""

import asyncio
import json
import sys

from pymodbus.constants import ExcCodes
from pymodbus.server import ModbusSerialServer, ModbusTcpServer
from pymodbus.simulator import DataType, SimData, SimDevice

TABLE_OF_FUNCTION = {3: "holding", 4: "input", 6: "holding", 16: "holding", 22: "holding", 23: "holding"}

# A device with separate tables must have something in each; the action below keeps these from being read.
NO_REGISTERS = [SimData(0, values=[0], datatype=DataType.REGISTERS)]
NO_BITS = [SimData(0, values=[False] * 16, datatype=DataType.BITS)]


def blocks(table):
    return [SimData(block["address"], values=block["registers"], datatype=DataType.REGISTERS) for block in table]


def device(image):
    async def refuse_missing_tables(function, _start, _address, _count, _registers, _values):
        return None if image.get(TABLE_OF_FUNCTION.get(function)) else ExcCodes.ILLEGAL_ADDRESS

    holding = blocks(image.get("holding", [])) or list(NO_REGISTERS)
    inputs = blocks(image.get("input", [])) or list(NO_REGISTERS)
    tables = (list(NO_BITS), list(NO_BITS), holding, inputs)
    return SimDevice(image["unit"], simdata=tables, action=refuse_missing_tables)


def missing_device():
    async def no_answer(*_request):
        return ExcCodes.GATEWAY_NO_RESPONSE

    tables = (list(NO_BITS), list(NO_BITS), everywhere(), everywhere())
    return SimDevice(0, simdata=tables, action=no_answer)


def everywhere():
    return [SimData(0, count=65536, values=0, datatype=DataType.REGISTERS)]


async def main():
    path, place = sys.argv[1], sys.argv[2]
    with open(path, encoding="utf-8") as file:
        units = [device(unit) for unit in json.load(file)["units"]]
    if place.startswith("/"):
        await serve_line(units, place)
        return
    if all(unit.id != 0 for unit in units):
        # pymodbus gives requests for units that do not exist to device 0.
        units.append(missing_device())
    await ModbusTcpServer(units, address=("127.0.0.1", int(place))).serve_forever()


async def serve_line(units, line):
    server = ModbusSerialServer(units, port=line, baudrate=115200)
    await server.serve_forever(background=True)
    print("ready", flush=True)
    await asyncio.Event().wait()


asyncio.run(main())
