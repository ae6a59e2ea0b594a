/// The versions in an answer of the tool; the two may differ.
public struct NPUVersions: Sendable, Hashable, Codable {
  /// The version of npu-smi itself, as printed.
  public var tool: String?
  /// The version of the driver, as printed.
  public var driver: String?

  /// Creates versions.
  public init(tool: String? = nil, driver: String? = nil) {
    self.tool = tool
    self.driver = driver
  }
}
