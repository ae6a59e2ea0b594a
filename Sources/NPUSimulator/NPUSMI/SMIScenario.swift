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
