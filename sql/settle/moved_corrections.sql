-- Corrections that are in force and were not, or were and are not.
(from core.corrections_in_force except from corrections_before)
union all
(from corrections_before except from core.corrections_in_force)
