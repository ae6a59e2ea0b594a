/// The keys of `-t` queries, by which an answer is recognised and its type is told.
enum QueryKeys {
  /// Keys by which an answer can begin, besides those that end in a unit or a word for a count.
  private static let exact: Set<String> = [
    "NPU ID", "Chip ID", "Chip Count", "Chip Name", "Chip Type", "Chip Phy-ID", "Slot ID", "Total Count", "Card Count",
    "Health", "Health Status", "Error Code", "Error Information", "Product Type", "Product Name", "Board ID", "PCB ID",
    "BOM ID", "PCIe Bus Info", "Software Version", "Firmware Version", "Flash ID", "Flash Count", "Manufacturer ID",
    "HBM Manufacturer ID", "Fault Event Information", "Retry Count",
  ]
  private static let suffixes = [
    "(MB)", "(%)", "(C)", "(W)", "(V)", "(MHz)", "(MHZ)", "(page)", " Count", " Err Cnt", " number",
  ]

  /// Types by keys that no other type has, the more particular first.
  private static let types: [(keys: [String], type: String)] = [
    (["Total Count", "Card Count"], "list"), (["Flash Count", "Flash ID"], "flash"),
    (["Fault Event Count", "Fault Event Information"], "current-fault-event"), (["Voltage(V)"], "volt"),
    (["Product Type"], "product"),
    (["Lcrc Error Count", "Ecrc Error Count", "Retry Count"], "err-count"),
    (["Pcs Rx Error Count", "Phy Lane Error Count", "Dl Lcrc Error Count", "Dl Dcrc Error Count"], "pcie-err"),
    (["TX Error Count", "RX Error Count"], "sio-info"),
    (["Aicore Freq(MHZ)", "Aicore curFreq(MHZ)", "Aicore Count"], "common"),
    (["Soc Max Temperature (C)", "SFP Temperature (C)", "NDIE Temperature (C)"], "sensors"),
    (["Board ID", "PCB ID", "PCIe Bus Info"], "board"),
    (["Current AI CPU number", "Current control CPU number"], "cpu-num-cfg"),
    (["Health", "Health Status", "Error Code"], "health"),
    (["Aicore Usage Rate(%)", "Aicpu Usage Rate(%)", "HBM Usage Rate(%)", "DDR Usage Rate(%)"], "usages"),
    (["Memory Usage Rate(%)", "NPU Utilization(%)"], "usages"),
    (["HBM Clock Speed(MHz)", "DDR Clock Speed(MHz)", "Clock Speed(MHz)"], "memory"),
    (["HBM Capacity(MB)", "DDR Capacity(MB)", "Capacity(MB)"], "memory"),
    (["NPU Temperature (C)", "Temperature (C)"], "temp"),
    (["NPU Real-time Power(W)", "Power Dissipation(W)", "Rated Power Dissipation(W)"], "power"),
  ]

  /// Whether an answer can begin with the key.
  static func isKnown(_ key: String) -> Bool {
    exact.contains(key) || suffixes.contains { key.hasSuffix($0) }
  }

  /// Whether a key is one that no line of another program ends a word with, unlike those that are known by their unit.
  static func isExact(_ key: String) -> Bool { exact.contains(key) }

  /// The type of query that has these keys.
  static func kind(of keys: Set<String>, first: String?) -> ChipReport.Kind {
    if first == "Chip Phy-ID" { return ChipReport.Kind(rawValue: "phyid-remap") }
    if keys.contains(where: { $0.hasPrefix("HBM Single Bit") || $0.hasPrefix("DDR Single Bit") })
      || keys.contains("Single-bit Error Count")
    {
      return ChipReport.Kind(rawValue: "ecc")
    }
    for (candidates, type) in types where candidates.contains(where: keys.contains) {
      return ChipReport.Kind(rawValue: type)
    }
    return .values
  }
}
