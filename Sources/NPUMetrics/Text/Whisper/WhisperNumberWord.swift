/// A word that takes part in spelled-out numbers.
enum WhisperNumberWord: Sendable, Equatable {
  /// Zero, oh, o.
  case zero
  /// One to nineteen.
  case one(UInt32)
  /// Ones, first, sixths: with the letters that follow the digits.
  case oneSuffixed(UInt32, String)
  /// Twenty to ninety.
  case ten(UInt32)
  case tenSuffixed(UInt32, String)
  /// Hundred to decillion, as the power of ten.
  case multiplier(Int)
  case multiplierSuffixed(Int, String)
  /// Minus, plus: a sign that may precede a number.
  case sign(UInt32)
  /// Dollars, cents: a symbol that moves in front of the number before it.
  case currency(UInt32)
  case per, percent, and, double, triple, point

  /// Whether the word may end a number that takes a fraction.
  var isCardinal: Bool {
    switch self {
    case .zero, .one, .ten, .multiplier: true
    default: false
    }
  }

  /// Whether the word may stand behind a decimal point.
  var isDecimal: Bool {
    switch self {
    case .zero, .one, .ten: true
    default: false
    }
  }

  /// The word in a range of a text, if it is one.
  static func named(_ text: [UInt32], _ range: Range<Int>) -> WhisperNumberWord? {
    ScalarText.key(text, range).flatMap { all[$0] }
  }

  /// The number of "cent", which "per" asks for.
  static let cent = ScalarText.key("cent")

  private static let all: [UInt64: WhisperNumberWord] = {
    var all: [UInt64: WhisperNumberWord] = [:]
    func add(_ name: String, _ word: WhisperNumberWord) { all[ScalarText.key(name)] = word }
    for name in ["o", "oh", "zero"] { add(name, .zero) }
    let ones = [
      "one", "two", "three", "four", "five", "six", "seven", "eight", "nine", "ten", "eleven", "twelve", "thirteen",
      "fourteen", "fifteen", "sixteen", "seventeen", "eighteen", "nineteen",
    ]
    let irregular = ["one": "first", "two": "second", "three": "third", "five": "fifth", "twelve": "twelfth"]
    let suffixes = ["one": "st", "two": "nd", "three": "rd"]
    for (index, name) in ones.enumerated() {
      let value = UInt32(index + 1)
      add(name, .one(value))
      add(name == "six" ? "sixes" : name + "s", .oneSuffixed(value, "s"))
      // The original's rule gives "eighth", but also "nineth".
      let ordinal = irregular[name] ?? name + (name.hasSuffix("t") ? "h" : "th")
      add(ordinal, .oneSuffixed(value, suffixes[name] ?? "th"))
    }
    add("zeroth", .oneSuffixed(0, "th"))
    let tens = ["twenty", "thirty", "forty", "fifty", "sixty", "seventy", "eighty", "ninety"]
    for (index, name) in tens.enumerated() {
      let value = UInt32(index + 2) * 10
      add(name, .ten(value))
      add(name.dropLast() + "ies", .tenSuffixed(value, "s"))
      add(name.dropLast() + "ieth", .tenSuffixed(value, "th"))
    }
    let multipliers: KeyValuePairs = [
      "hundred": 2, "thousand": 3, "million": 6, "billion": 9, "trillion": 12, "quadrillion": 15, "quintillion": 18,
      "sextillion": 21, "septillion": 24, "octillion": 27, "nonillion": 30, "decillion": 33,
    ]
    for (name, power) in multipliers {
      add(name, .multiplier(power))
      add(name + "s", .multiplierSuffixed(power, "s"))
      add(name + "th", .multiplierSuffixed(power, "th"))
    }
    for name in ["minus", "negative"] { add(name, .sign(0x2D)) }
    for name in ["plus", "positive"] { add(name, .sign(0x2B)) }
    for (name, symbol) in ["pound": 0xA3, "euro": 0x20AC, "dollar": 0x24, "cent": 0xA2] as KeyValuePairs<String, UInt32>
    {
      add(name, .currency(symbol))
      add(name + "s", .currency(symbol))
    }
    add("per", .per)
    add("percent", .percent)
    add("and", .and)
    add("double", .double)
    add("triple", .triple)
    add("point", .point)
    return all
  }()
}
