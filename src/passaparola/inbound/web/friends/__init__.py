"""The pages of friends: whoever opens an advocate's link. No account, no cookie, no script.

No page sets or needs a cookie, and none reads who is signed in. What a friend does is carried by signed words in addresses and forms.
"""
