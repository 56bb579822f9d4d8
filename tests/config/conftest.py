"""Settings errors are Django's, so Django is made ready before these tests are collected."""

import django

django.setup()
