"""The pages of friends: whoever opens an advocate's link. No account, no cookie, no script.

No page sets or needs a cookie; the landing page looks at those of advocates, to tell them that a link is their own. What a friend does
is carried by signed words in addresses and forms.
"""
