/// One headline figure of a service, such as images per minute.
public struct ServiceFigure: Sendable, Hashable {
  /// The key in JSON, with its unit.
  public var name: String
  /// What it is called in a table, with its unit.
  public var title: String
  /// Its value; `nil` where it is not defined.
  public var value: Double?
  /// How many decimals a table shows.
  public var decimals: Int

  /// Creates a figure.
  public init(_ name: String, _ title: String, _ value: Double?, decimals: Int = 2) {
    self.name = name
    self.title = title
    self.value = value
    self.decimals = decimals
  }
}
