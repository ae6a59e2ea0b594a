/// What the simulated NPUs do.
public struct SMIScenario: Sendable, Hashable {
  /// The server family.
  public var layout: SMILayout
  /// How many cards the server has.
  public var cards: Int
  /// How busy the chips are; nil for idle ones without a process.
  public var load: SMILoadShape?
  /// How much memory a process loses in a minute, in MB; 0 for none.
  public var leakMegabytesPerMinute: Double
  /// The card that is lost: its health is unknown and its values are 0.
  public var lostCard: Int?
  /// The card whose health is an alarm.
  public var alarmCard: Int?
  /// How the tool fails.
  public var fault: SMIFault?

  /// Creates a scenario; the default is eight idle cards.
  public init(
    layout: SMILayout = .hbmHugepages, cards: Int = 8, load: SMILoadShape? = nil, leakMegabytesPerMinute: Double = 0,
    lostCard: Int? = nil, alarmCard: Int? = nil, fault: SMIFault? = nil
  ) {
    self.layout = layout
    self.cards = cards
    self.load = load
    self.leakMegabytesPerMinute = leakMegabytesPerMinute
    self.lostCard = lostCard
    self.alarmCard = alarmCard
    self.fault = fault
  }
}

/// A way in which the simulated tool fails.
public enum SMIFault: String, Sendable, Hashable, Codable, CaseIterable {
  /// The driver is not loaded or cannot be reached.
  case driverError = "driver-error"
  /// Another container holds the device.
  case deviceInUse = "device-in-use"
  /// The kind of board is unknown.
  case boardType = "board-type"
  /// The output ends in the middle of a row.
  case truncated
  /// No output until the process is ended from outside.
  case hang

  /// What is printed instead of the output, and the code that the tool returns.
  var sentence: (text: String, code: Int)? {
    switch self {
    case .driverError:
      ("DrvMngGetConsoleLogLevel failed. (ret=4)\ndcmi module initialize failed. ret is -8005\n", -8005)
    case .deviceInUse:
      ("dcmi model initialized failed, because the device is used. ret is -8020\n", -8020)
    case .boardType: ("npu get board type failed. ret is -9005\n", -9005)
    case .truncated, .hang: nil
    }
  }
}
