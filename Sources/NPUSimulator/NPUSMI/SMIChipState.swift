/// What one simulated chip measures at one instant.
struct SMIChipState {
  var card: Int
  var chip: Int
  /// The number of the chip among all of the server.
  var index: Int
  var health: String
  var power: Double?
  var temperature: Int
  /// The use of the AI cores in percent.
  var rate: Int
  /// The memory that models are loaded to, in MB.
  var used: Int
  var total: Int
  /// The process of a busy chip.
  var process: Process?

  /// A process with its memory in MB.
  struct Process {
    var id: Int
    var name: String
    var memory: Int
  }

  /// The PCIe address; the two chips of a Duo card share one.
  func busID(_ layout: SMILayout) -> String {
    let device = layout == .deviceHugepages ? card : index
    return "0000:" + Self.hexadecimal(0x81 + device % 0x70) + ":00.0"
  }

  private static func hexadecimal(_ value: Int) -> String {
    let text = String(value, radix: 16, uppercase: true)
    return text.count < 2 ? "0" + text : text
  }
}

/// The chips of a simulated server.
struct SMIServer {
  var scenario: SMIScenario
  /// The time since the start in seconds.
  var elapsed: Double
  /// How busy the chips are, where it is measured and not of the scenario.
  var load: Double?

  /// All chips at this instant.
  var chips: [SMIChipState] {
    let layout = scenario.layout
    return (0..<scenario.cards).flatMap { card in
      (0..<layout.chipsPerCard).map { chip in state(card: card, chip: chip) }
    }
  }

  private func state(card: Int, chip: Int) -> SMIChipState {
    let layout = scenario.layout
    let index = card * layout.chipsPerCard + chip
    let total = layout.memoryMegabytes
    guard card != scenario.lostCard else {
      return SMIChipState(
        card: card, chip: chip, index: index, health: "UNKNOWN", power: layout.powerRange == nil ? nil : 0,
        temperature: 0, rate: 0, used: 0, total: 0)
    }
    let fraction = min(1, max(0, load ?? scenario.load?.fraction(at: elapsed) ?? 0))
    let isBusy = load != nil || scenario.load != nil || scenario.leakMegabytesPerMinute > 0
    let leak = scenario.leakMegabytesPerMinute * max(0, elapsed) / 60
    let base = total / 20
    // A service fills most of the memory when it starts; what leaks comes on top until the memory is full.
    let taken = isBusy ? Double(total) * 0.7 + leak : 0
    let used = base + Int(min(taken, Double(total - base)))
    let process = SMIChipState.Process(
      id: 1_000_000 + index * 17, name: Self.name("VLLM::EngineCore"), memory: used - base)
    return SMIChipState(
      card: card, chip: chip, index: index, health: card == scenario.alarmCard ? "Alarm" : "OK",
      power: power(fraction, card: card, chip: chip), temperature: 38 + card % 4 + Int(fraction * 27),
      rate: Int((fraction * 95).rounded()), used: used, total: total, process: isBusy ? process : nil)
  }

  /// On A3 cards the first chip shows the power of the whole card.
  private func power(_ fraction: Double, card: Int, chip: Int) -> Double? {
    guard let range = scenario.layout.powerRange, scenario.layout != .physicalID || chip == 0 else { return nil }
    let watts = range.lowerBound + (range.upperBound - range.lowerBound) * fraction
    return ((watts + (range.lowerBound == range.upperBound ? 0 : Double(card % 3))) * 10).rounded() / 10
  }

  /// The tool removes colons from names and cuts them.
  private static func name(_ name: String) -> String {
    String(name.prefix(15).filter { $0 != ":" })
  }
}
