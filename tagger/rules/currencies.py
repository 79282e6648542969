"""ISO 4217: the active currencies and how many decimal digits their minor unit has."""

_TWO_DIGITS = """
AED AFN ALL AMD AOA ARS AUD AWG AZN BAM BBD BDT BGN BMD BND BOB BRL BSD BTN BWP BYN BZD CAD CDF
CHF CNY COP CRC CUP CVE CZK DKK DOP DZD EGP ERN ETB EUR FJD FKP GBP GEL GHS GIP GMD GTQ GYD HKD
HNL HTG HUF IDR ILS INR IRR JMD KES KGS KHR KPW KYD KZT LAK LBP LKR LRD LSL MAD MDL MGA MKD MMK
MNT MOP MRU MUR MVR MWK MXN MYR MZN NAD NGN NIO NOK NPR NZD PAB PEN PGK PHP PKR PLN QAR RON RSD
RUB SAR SBD SCR SDG SEK SGD SHP SLE SOS SRD SSP STN SVC SYP SZL THB TJS TMT TOP TRY TTD TWD TZS
UAH USD UYU UZS VED VES WST XCD XCG YER ZAR ZMW ZWG
"""
_NO_DIGITS = "BIF CLP DJF GNF ISK JPY KMF KRW PYG RWF UGX VND VUV XAF XOF XPF"
_THREE_DIGITS = "BHD IQD JOD KWD LYD OMR TND"

MINOR_DIGITS: dict[str, int] = {
    code: digits
    for codes, digits in ((_TWO_DIGITS, 2), (_NO_DIGITS, 0), (_THREE_DIGITS, 3))
    for code in codes.split()
}


def minor_per_major(currency: str) -> int:
    """How many minor units make one of the currency: 100 for EUR, 1 for JPY, 1000 for KWD. A
    currency that is not in the table, or none, counts as one with two digits."""
    return {0: 1, 2: 100, 3: 1_000}[MINOR_DIGITS.get(currency, 2)]
