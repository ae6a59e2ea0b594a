/// A server family and the layout in which its npu-smi prints.
public enum SMILayout: String, Sendable, Hashable, Codable, CaseIterable {
  /// Atlas 300 with 310 chips, version 21.0: a logic ID, no hugepages, no processes.
  case device
  /// Atlas 300I Duo with 310P chips, version 24.1: hugepages, processes, no power of a chip.
  case deviceHugepages = "device-hugepages"
  /// Atlas 800 with 910A chips, version 21.0: HBM, no hugepages, no processes.
  case hbm
  /// Atlas 800 A2 with 910B chips, version 24.1.
  case hbmHugepages = "hbm-hugepages"
  /// Atlas 800 A3, version 25.2: two chips a card with physical IDs.
  case physicalID = "physical-id"
  /// Atlas 800 A2, version 26.0: wider columns and the process in its container.
  case wide
  /// 950 cards, version 25.7: four cells a row and no chip numbers.
  case ascend950 = "950"

  /// The version of the tool and the driver.
  public var version: String {
    switch self {
    case .device: "21.0.4"
    case .deviceHugepages: "24.1.0"
    case .hbm: "21.0.3.2"
    case .hbmHugepages: "24.1.rc3"
    case .physicalID: "25.2.0"
    case .wide: "26.0.rc2"
    case .ascend950: "25.7.rc1"
    }
  }

  /// The model as the table prints it.
  public var chipName: String {
    switch self {
    case .device: "310"
    case .deviceHugepages: "310P3"
    case .hbm: "910A"
    case .hbmHugepages, .wide: "910B3"
    case .physicalID: "Ascend910"
    case .ascend950: "Ascend950PR"
    }
  }

  /// How many chips a card has.
  public var chipsPerCard: Int {
    switch self {
    case .device: 4
    case .deviceHugepages, .physicalID: 2
    case .hbm, .hbmHugepages, .wide, .ascend950: 1
    }
  }

  /// The size of the memory that models are loaded to, in MB: HBM, or DDR on chips without.
  public var memoryMegabytes: Int {
    switch self {
    case .device: 8192
    case .deviceHugepages: 44_278
    case .hbm: 32_768
    case .hbmHugepages, .wide, .physicalID: 65_536
    case .ascend950: 131_072
    }
  }

  /// The power of an idle and of a busy chip in watts; nil where the tool prints none.
  var powerRange: ClosedRange<Double>? {
    switch self {
    case .device: 12.8...12.8
    case .deviceHugepages: nil
    case .hbm: 68...280
    case .hbmHugepages, .wide: 90...390
    case .physicalID: 160...720
    case .ascend950: 205...600
    }
  }

  var hasHBM: Bool { self != .device && self != .deviceHugepages }
  var hasHugepages: Bool { self != .device && self != .hbm }
  var hasProcesses: Bool { self != .device && self != .hbm }
  /// Whether the number of a chip stands before its values in every query.
  var leadsWithChip: Bool { self == .device }
}

extension String {
  /// The text with blanks up to a width; a longer one is not cut, as `printf` does not.
  func column(_ width: Int) -> String {
    self + String(repeating: " ", count: Swift.max(0, width - count))
  }

  /// A number with one decimal place.
  static func tenths(_ value: Double) -> String {
    let tenths = Int((value * 10).rounded())
    return "\(tenths / 10).\(abs(tenths % 10))"
  }
}
