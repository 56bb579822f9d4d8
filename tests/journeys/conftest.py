"""Tests of this ring import models, so Django is made ready before they are collected."""

import django

django.setup()
