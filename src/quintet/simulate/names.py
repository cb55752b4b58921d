"""Invented names of people and companies; none is meant to be anybody's."""

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc

from quintet.simulate.spec import I8


def _split(text: str) -> tuple[str, ...]:
    return tuple(text.split())


FIRST = _split(
    "Adira Belden Calla Darrow Elowen Fenn Galia Hollis Ilsa Jorin Kestrel Liora Maren Nico Odessa Perrin "
    "Quill Rowan Sorrel Tamsin Ulric Vesper Wren Xanthe Yarrow Zephy Arlo Briony Corin Delphi Emrys Fable "
    "Greer Harlow Indra Juno Kip Linnea Merrit Noor Orrin Piper Quentin Reeve Sable Thea Umber Vale Willa "
    "Xavi Yael Zora"
)
LAST = _split(
    "Ashgrove Bramwick Cloverley Dunmarsh Eastmere Fernbrook Glimmerton Hazelwyn Ironleaf Juniperson "
    "Kettlewise Larkspire Mossgrave Nettlefield Oakhollow Pebbleton Quickwater Rookhurst Silverdell "
    "Thistledown Underbough Violetmoor Willowmead Yarrowby Zinnwald Ambershaw Birchall-Fox Cinderford "
    "Dapplewood Emberlyn Foxmantle Gorsefield Heronsby Inkwell Jadewell Kindlewick Lanternby Marigolden "
    "Northwillow Otterbank Plumridge Quarrystone Riverstone-Ay Saltmarch Tumblebrook Umberfold"
)
WORD = _split(
    "Amber Beacon Cobalt Drift Ember Falcon Granite Harbor Indigo Juniper Kite Lumen Maple Nimbus Orchard "
    "Pioneer Quartz Ripple Summit Timber Umbra Velvet Willow Zenith Acorn Bramble Copper Dune Echo Fjord "
    "Glade Hollow Ivory Jasper Kelp Lantern Meadow North Opal Prairie"
)
TRADE = _split(
    "Analytics Bakery Cabinets Dental Engineering Freight Gardens Hosting Imaging Joinery Kitchens Logistics "
    "Marine Networks Optics Plumbing Robotics Software Textiles Utilities Ventures Works Clinics Foods "
    "Insurance Learning Mobility Printing Recruiting Studios"
)
_MIX = np.uint64(0x9E37_79B9_7F4A_7C15)


def _mixed(numbers: I8, seed: int) -> I8:
    """A well-stirred non-negative number for each record number."""
    with np.errstate(over="ignore"):
        x = (numbers.astype(np.uint64) + np.uint64(seed) * np.uint64(7919) + np.uint64(1)) * _MIX
        x = (x ^ (x >> np.uint64(30))) * np.uint64(0xBF58_476D_1CE4_E5B9)
    return ((x ^ (x >> np.uint64(27))) >> np.uint64(2)).astype(np.int64)


def _words(words: tuple[str, ...], chosen: I8) -> pa.Array:
    return pa.array(words).take(pa.array(chosen % len(words)))


def company_names(numbers: I8, seed: int) -> pa.Array:
    """Invented company names, e.g. Amber Fjord Robotics."""
    mixed = _mixed(numbers, seed)
    first, second = _words(WORD, mixed), _words(WORD, mixed // 1009)
    return pc.binary_join_element_wise(first, second, _words(TRADE, mixed // 1_046_527), " ")


def person_names(numbers: I8, seed: int) -> pa.Array:
    """Invented names of people, e.g. Wren Thistledown."""
    mixed = _mixed(numbers, seed + 104_729)
    return pc.binary_join_element_wise(_words(FIRST, mixed), _words(LAST, mixed // 1009), " ")


def lead_labels(numbers: I8, seed: int) -> pa.Array:
    """How a person would call a lead: its name and its company."""
    return pc.binary_join_element_wise(person_names(numbers, seed), company_names(numbers, seed), ", ")
