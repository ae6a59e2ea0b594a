public import NPUTelemetry

/// What is watched beside a load: its chips and the metrics of its server.
public struct LoadTelemetry: Sendable {
  /// Samples the chips.
  public var chips: ChipRecorder?
  /// Reads the server's metrics.
  public var server: ServerRecorder?
  /// Where the server's metrics are read, for the report.
  public var serverAddress: String
  /// From where on a chip is judged to be in trouble.
  public var limits: TelemetryLimits

  /// Names what is watched.
  public init(
    chips: ChipRecorder? = nil, server: ServerRecorder? = nil, serverAddress: String = "",
    limits: TelemetryLimits = TelemetryLimits()
  ) {
    self.chips = chips
    self.server = server
    self.serverAddress = serverAddress
    self.limits = limits
  }

  /// Ends watching; to be called once.
  ///
  /// - Returns: Everything that was seen.
  public func stop() async -> Readings {
    async let sampled = chips?.stop()
    async let read = server?.stop()
    return Readings(chips: await sampled, server: await read, serverAddress: serverAddress, limits: limits)
  }

  /// What was seen.
  public struct Readings: Sendable {
    /// The chips; `nil` where nobody watched them.
    public var chips: ChipTelemetry?
    /// The server's metrics; `nil` where nobody read them.
    public var server: ServerTelemetry?
    /// Where the server's metrics were read.
    public var serverAddress: String
    /// From where on a chip is judged to be in trouble.
    public var limits: TelemetryLimits

    /// Gathers what was seen.
    public init(
      chips: ChipTelemetry? = nil, server: ServerTelemetry? = nil, serverAddress: String = "",
      limits: TelemetryLimits = TelemetryLimits()
    ) {
      self.chips = chips
      self.server = server
      self.serverAddress = serverAddress
      self.limits = limits
    }
  }
}
