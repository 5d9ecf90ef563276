"""Names, places and made-up minutes of the three example quarters."""

from __future__ import annotations

QUARTERS = {
    "kulturkvarteret": {
        "name": "Kulturkvarteret",
        "also_called": "Kjeld Abells Kvarter",
        "theme": "kultur",
        "area_id": "taastrupgaard",
        "station_id": "taastrup_st",
        "station_name": "Taastrup St.",
    },
    "videnskvarteret": {
        "name": "Videnskvarteret",
        "also_called": "Gregersens Kvarter",
        "theme": "viden og uddannelse",
        "area_id": "gadehavegaard",
        "station_id": "hoje_taastrup_st",
        "station_name": "Høje Taastrup St.",
    },
    "ivaerksaetterkvarteret": {
        "name": "Iværksætterkvarteret",
        "also_called": "Hartmanns Kvarter",
        "theme": "iværksætteri",
        "area_id": "charlottekvarteret",
        "station_id": "hedehusene_st",
        "station_name": "Hedehusene St.",
    },
}
AREAS = {
    "taastrupgaard": ("Taastrupgaard", "AKB Taastrup (KAB)", "1972", 913, 2670),
    "gadehavegaard": ("Gadehavegård", "DFB (Domea.dk)", "1977", 987, 2153),
    "charlottekvarteret": ("Charlottekvarteret", "VIBO og DFB (Domea.dk)", "1973-1981", 773, 1755),
}
LIST_2016 = {
    "taastrupgaard": (31.4, 66.4, 2.28, 69.2, 52.3),
    "gadehavegaard": (42.0, 57.3, 2.47, 59.6, 56.1),
    "charlottekvarteret": (38.2, 53.6, 2.8, 58.7, 56.4),
}
CRITERIA = (
    ("outside_work_or_education", ">", 40.0),
    ("non_western_origin", ">", 50.0),
    ("convicted", ">", 2.7),
    ("only_basic_schooling", ">", 50.0),
    ("mean_income_vs_region", "<", 55.0),
)
NEAREST = {
    "station": (16.2, 17.3, 21.0, "Taastrup St."),
    "school": (2.1, 5.4, 9.8, "Børnekulturhuset"),
    "education": (23.9, 26.3, 31.2, "Parkskolen (Linie 10 og NEXT)"),
    "daycare": (2.1, 5.4, 9.8, "Børnekulturhuset"),
    "culture": (6.0, 9.1, 13.4, "Taastrup Teater"),
    "leisure": (17.8, 19.5, 24.4, "Kunstgræsbane Gadehave"),
    "green": (8.3, 11.7, 16.0, "Selsmosen"),
    "shopping": (6.4, 9.9, 15.6, "Netto Taastrupgårdsvej"),
    "health": (15.3, 17.0, 21.1, "Taastrup Apotek"),
    "care": (None, None, None, None),
}
LIMITS = (5, 10, 15, 30)

PLACES = {
    "kulturkvarteret": (
        ("taastrup_st", "Taastrup St.", "station", 12.3022, 55.6526, "existing", False),
        ("selsmoseskolen", "Selsmoseskolen", "school", 12.2946, 55.6547, "closed", False),
        ("boernekulturhuset", "Børnekulturhuset", "school", 12.2885, 55.6548, "existing", False),
        ("taastrup_teater", "Taastrup Teater", "culture", 12.2957, 55.6553, "existing", False),
        ("medborgerhuset", "Taastrup Medborgerhus", "culture", 12.3038, 55.6516, "existing", False),
        (
            "taastrup_bibliotek",
            "Taastrup Bibliotek",
            "culture",
            12.2997,
            55.6485,
            "existing",
            False,
        ),
        ("selsmosen", "Selsmosen", "green", 12.2984, 55.6541, "existing", False),
        ("parkskolen", "Parkskolen", "education", 12.3131, 55.6515, "existing", False),
        ("taastrup_torv", "Taastrup Torv", "shopping", 12.3015, 55.6518, "existing", False),
        ("netto", "Netto Taastrupgårdsvej", "shopping", 12.2813, 55.6537, "existing", False),
        ("taastrup_apotek", "Taastrup Apotek", "health", 12.3016, 55.6503, "existing", False),
        ("ungdomsskole", "Ungdomsskole", "education", 12.2930, 55.6556, "existing", True),
        (
            "nye_boliger",
            "Nye boliger ved Selsmosen",
            "housing site",
            12.2955,
            55.6540,
            "planned",
            True,
        ),
    ),
    "videnskvarteret": (
        ("hoje_taastrup_st", "Høje Taastrup St.", "station", 12.2688, 55.6486, "existing", False),
        ("gadehaveskolen", "Gadehaveskolen", "school", 12.2687, 55.6520, "existing", False),
        (
            "ht_gymnasium",
            "Høje-Taastrup Gymnasium",
            "education",
            12.2627,
            55.6495,
            "existing",
            False,
        ),
        ("teknologisk", "Teknologisk Institut", "jobs", 12.2723, 55.6587, "existing", False),
        ("raadhus_2017", "Høje-Taastrup Rådhus (2017)", "civic", 12.2642, 55.6518, "closed", False),
        (
            "hallandsparken",
            "Hallandsparken børnehave",
            "daycare",
            12.2692,
            55.6541,
            "existing",
            False,
        ),
        ("kunstgraes", "Kunstgræsbane Gadehave", "leisure", 12.2728, 55.6525, "existing", False),
        ("hakkemosen", "Hakkemosen", "green", 12.2609, 55.6626, "existing", True),
        ("nwu", "Nordic Water Universe", "leisure", 12.2640, 55.6610, "cancelled", True),
    ),
    "ivaerksaetterkvarteret": (
        ("hedehusene_st", "Hedehusene St.", "station", 12.1976, 55.6489, "existing", False),
        ("charlotteskolen", "Charlotteskolen", "school", 12.2165, 55.6475, "closed", False),
        ("laeringshus", "Læringshus NærHeden", "school", 12.2040, 55.6440, "existing", False),
        ("hedehushallen", "Hedehushallen", "leisure", 12.2086, 55.6474, "existing", False),
        ("hedehuset", "Hedehuset", "culture", 12.2052, 55.6491, "existing", False),
        ("kulturpark", "Hedehusene Kulturpark", "green", 12.2053, 55.6485, "existing", False),
        ("plejehjem", "Plejehjem", "care", 12.2115, 55.6495, "existing", True),
        ("moske", "Moské", "worship", 12.2097, 55.6474, "existing", False),
        ("raaderum", "Råderum (strøg)", "public space", 12.2150, 55.6487, "planned", True),
    ),
}
