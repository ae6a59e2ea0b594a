/// The health of a chip as the driver judges it; words that are not known are kept.
public enum ChipHealth: Sendable, Hashable {
  /// No fault. A health query that failed inside the tool is printed as `OK` too, so this is weak evidence.
  case ok
  /// A fault that lets the chip go on.
  case warning
  /// A fault that needs attention.
  case alarm
  /// A fault that stops the chip.
  case critical
  /// The device is missing or was not started.
  case unknown
  /// A word that is not one of the tool's five.
  case other(String)
}

extension ChipHealth: RawRepresentable {
  /// Reads the word as it is printed; upper and lower case count the same.
  public init(rawValue: String) {
    switch rawValue.lowercased() {
    case "ok": self = .ok
    case "warning": self = .warning
    case "alarm": self = .alarm
    case "critical": self = .critical
    case "unknown": self = .unknown
    default: self = .other(rawValue)
    }
  }

  /// The word as the tool prints it.
  public var rawValue: String {
    switch self {
    case .ok: "OK"
    case .warning: "Warning"
    case .alarm: "Alarm"
    case .critical: "Critical"
    case .unknown: "UNKNOWN"
    case .other(let word): word
    }
  }
}

extension ChipHealth: Codable {}

extension ChipHealth: CustomStringConvertible {
  /// The word as the tool prints it.
  public var description: String { rawValue }
}
