/// Reads the table of `-t topo`, columns by their order.
///
/// The heading often lost its indentation on the way, so that columns cannot go by their place.
struct TopologyReader {
  /// What was read so far.
  private(set) var topology: ChipTopology

  private let hasAffinity: Bool
  private var isEnded = false

  /// Reads the heading; nil if the line is none.
  init?(heading line: String) {
    var words = line.split(whereSeparator: \.isWhitespace).map(String.init)
    let hasAffinity = words.suffix(2) == ["CPU", "Affinity"]
    if hasAffinity { words.removeLast(2) }
    guard let first = words.first, Self.isDevice(first), words.allSatisfy(Self.isDevice) else { return nil }
    self.hasAffinity = hasAffinity
    topology = ChipTopology(devices: words)
  }

  /// Takes a line below the heading; a line that does not begin with a device ends the rows.
  mutating func take(_ line: String, log: inout DiagnosticLog) {
    guard !isEnded else { return }
    var words = line.split(whereSeparator: \.isWhitespace).map(String.init)
    guard let device = words.first, Self.isDevice(device) else { return isEnded = true }
    words.removeFirst()
    let links = words.prefix(topology.devices.count)
    let rest = words.dropFirst(topology.devices.count)
    guard links.count == topology.devices.count, links.allSatisfy(Self.isLink), rest.count <= (hasAffinity ? 1 : 0)
    else { return log.note(.unreadableRow, line) }
    let affinity = rest.first.flatMap { $0 == "NA" || $0 == "-" ? nil : $0 }
    topology.rows.append(ChipTopology.Row(device: device, links: Array(links), cpuAffinity: affinity))
  }

  /// Ends the table: every column has a row, except those of network cards.
  func finish(log: inout DiagnosticLog) {
    let devices = topology.devices.count { !$0.hasPrefix("NIC") }
    if topology.rows.count < devices {
      log.note(.truncated, "\(topology.rows.count) rows for \(devices) devices")
    }
  }

  private static func isDevice(_ word: String) -> Bool {
    for prefix in ["NPU", "Phy-ID", "NIC"] where word.hasPrefix(prefix) {
      return word.dropFirst(prefix.count).decimalCount != nil
    }
    return false
  }

  /// Kinds of way are words in capitals, so that a core list in the place of one is noticed.
  private static func isLink(_ word: String) -> Bool {
    word.utf8.allSatisfy { (UInt8(ascii: "A")...UInt8(ascii: "Z")).contains($0) || $0 == UInt8(ascii: "_") }
  }
}
