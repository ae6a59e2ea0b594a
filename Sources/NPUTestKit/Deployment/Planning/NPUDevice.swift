/// A kind of NPU with its memory, and how many of them a server has.
///
/// One of these is what a process sees as a device: on cards of two chips, one chip.
public struct NPUDevice: Sendable, Hashable, Encodable, CustomStringConvertible {
  /// What has the same software and instructions.
  public enum Family: String, Sendable, Hashable, Codable, CaseIterable {
    /// The first 910.
    case ascend910 = "910"
    /// The 910B of Atlas A2, which the guides plan with.
    case ascend910B = "910B"
    /// The 910C of Atlas A3: cards of two chips.
    case ascend910C = "910C"
    /// The 310P of Atlas 300I.
    case ascend310P = "310P"
    /// The 950.
    case ascend950 = "950"
  }

  /// The name, as `npu-smi info` shows it where it does.
  public var name: String
  /// The family.
  public var family: Family
  /// The memory that is built in, in GiB: HBM, or LPDDR on the 310P.
  public var memoryGiB: Double
  /// The memory that a process can have, in GiB; the rest is the driver's and the firmware's.
  public var usableGiB: Double
  /// How many of them a server has.
  public var countPerServer: Int
  /// Where the numbers come from.
  public var source: String

  /// Creates a kind of NPU.
  public init(
    name: String, family: Family, memoryGiB: Double, usableGiB: Double, countPerServer: Int, source: String
  ) {
    self.name = name
    self.family = family
    self.memoryGiB = memoryGiB
    self.usableGiB = usableGiB
    self.countPerServer = countPerServer
    self.source = source
  }

  /// Such as `910B4 (32 GB)`.
  public var description: String { "\(name) (\(Int(memoryGiB)) GB)" }

  private enum CodingKeys: String, CodingKey {
    case name, family, source
    case memoryGiB = "memory_gb"
    case usableGiB = "usable_gb"
    case countPerServer = "count_per_server"
  }
}

extension NPUDevice {
  /// A 910B whose variant is not known, with 64 GB as all variants but the 910B4 have.
  public static let ascend910B = a2("910B")

  /// All that are known, the variants of a family together.
  public static let all: [NPUDevice] = [
    ascend910B, a2("910B1"), a2("910B2"), a2("910B2C", count: 16), a2("910B3"), a2("910B4-1"),
    NPUDevice(
      name: "910B4", family: .ascend910B, memoryGiB: 32, usableGiB: 29.5, countPerServer: 8,
      source: "npu-smi info: 32768 MB; torch_npu: 29.50 GiB total capacity"),
    NPUDevice(
      name: "910C", family: .ascend910C, memoryGiB: 64, usableGiB: 61.27, countPerServer: 16,
      source: "one chip of two; npu-smi info: 65536 MB; torch_npu: 61.27 GiB total capacity (sglang #29838)"),
    NPUDevice(
      name: "910A", family: .ascend910, memoryGiB: 32, usableGiB: 30.4, countPerServer: 8,
      source: "npu-smi info: 32768 MB; npu-smi info -t usages: HBM Capacity 31129 MB"),
    NPUDevice(
      name: "310P", family: .ascend310P, memoryGiB: 48, usableGiB: 43.2, countPerServer: 8,
      source: "one chip of an Atlas 300I Duo with 96 GB; npu-smi info -t memory: DDR Capacity 44278 of 49152 MB"),
    NPUDevice(
      name: "310P-24GB", family: .ascend310P, memoryGiB: 24, usableGiB: 21, countPerServer: 8,
      source: "Atlas 300I Pro, or one chip of a Duo with 48 GB; npu-smi info: 21534 MB"),
    NPUDevice(
      name: "950PR", family: .ascend950, memoryGiB: 128, usableGiB: 121, countPerServer: 8,
      source: "npu-smi info: 131072 MB; assumed are 95 % for a process, as on the 910B, and 8 a server"),
  ]

  /// The kind with a name: `910B3`, `Ascend910B3`, `310P3`; upper and lower case count the same.
  ///
  /// - Returns: `nil` for a name that is not known.
  public static func named(_ name: String) -> NPUDevice? {
    let name = name.lowercased()
    let short = name.hasPrefix("ascend") ? String(name.dropFirst("ascend".count)) : name
    // The chip of an Atlas 300I calls itself 310P3, and one of an Atlas A3 just 910, or by a number.
    let known = ["310p3": "310p", "910_93": "910c", "a3": "910c", "a2": "910b"][short] ?? short
    return all.first { $0.name.lowercased() == known }
  }

  /// The 910B2C is that of Atlas 200T A2 Box16.
  private static func a2(_ name: String, count: Int = 8) -> NPUDevice {
    NPUDevice(
      name: name, family: .ascend910B, memoryGiB: 64, usableGiB: 60.96, countPerServer: count,
      source: "npu-smi info: 65536 MB; torch_npu: 60.96 GiB total capacity (vllm-ascend #1127)")
  }
}
