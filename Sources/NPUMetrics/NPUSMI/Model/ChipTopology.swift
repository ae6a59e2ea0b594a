/// How the devices of a host reach each other, as `-t topo` prints it.
public struct ChipTopology: Sendable, Hashable, Codable {
  /// A device and its way to each device of the columns.
  public struct Row: Sendable, Hashable, Codable {
    /// The device, such as `NPU0`, `Phy-ID3` or `NIC1`.
    public var device: String
    /// The kind of way to each device of the columns: `X` itself, `HCCS`, `SIO`, `UB`, `PIX`, `PXB`, `PHB`, `SYS`,
    /// `NA`.
    public var links: [String]
    /// The processor cores near the device, such as `0-63,128-191`; nil where not printed.
    public var cpuAffinity: String?

    /// Creates a row.
    public init(device: String, links: [String], cpuAffinity: String? = nil) {
      self.device = device
      self.links = links
      self.cpuAffinity = cpuAffinity
    }
  }

  /// The devices of the columns.
  public var devices: [String]
  /// The rows.
  public var rows: [Row]

  /// Creates a topology.
  public init(devices: [String], rows: [Row] = []) {
    self.devices = devices
    self.rows = rows
  }
}
