"""Writes a table as a workbook, so that reports on workbooks are put to readers, too."""

import csv
import sys

import openpyxl

book = openpyxl.Workbook()
book.active.title = "Users"
with open(sys.argv[1], encoding="utf-8-sig", newline="") as file:
    for row in csv.reader(file):
        book.active.append([cell or None for cell in row])
book.save(sys.argv[2])
