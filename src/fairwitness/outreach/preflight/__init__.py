"""Checks a campaign as a whole: letter, questionnaire and house. What comes out are findings.

`campaign` checks one of ours, `outside` a letter and a form that were made elsewhere; both
ask the same rules, which know no database. The codes stand in catalogue.toml.
"""
