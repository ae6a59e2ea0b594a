/// The names of runtimes, as ModelArts gives them.
enum RuntimeName {
  /// The form of today: engine, hardware, Python, system and architecture, each with its version, joined by hyphens.
  static func isUnified(_ text: String) -> Bool {
    let parts = text.split(separator: "-", omittingEmptySubsequences: false)
    guard parts.count == 5 else { return false }
    return isVersioned(parts[0]) && isHardware(parts[1]) && parts[2].hasPrefix("py_") && isVersioned(parts[2])
      && isVersioned(parts[3]) && ["aarch64", "x86_64"].contains(parts[4])
  }

  /// Earlier forms, such as `python3.6` and `tf1.13-python3.7-cpu`.
  static func isEarlier(_ text: String) -> Bool {
    let parts = text.split(separator: "-", omittingEmptySubsequences: false)
    guard parts.allSatisfy({ !$0.isEmpty && $0.utf8.allSatisfy(isPlain) }) else { return false }
    switch parts.count {
    case 1: return isPython(parts[0])
    case 2: return isPython(parts[1]) || isPython(parts[0]) && isProcessor(parts[1])
    case 3: return isPython(parts[1]) && isProcessor(parts[2])
    default: return false
    }
  }

  /// A name and a version, as in `pytorch_1.11.0`.
  private static func isVersioned(_ text: Substring) -> Bool {
    guard let mark = text.lastIndex(of: "_") else { return false }
    let (name, version) = (text[..<mark], text[text.index(after: mark)...])
    return !name.isEmpty && name.utf8.allSatisfy { isPlain($0) && $0 != UInt8(ascii: ".") } && isVersion(version)
  }

  private static func isHardware(_ text: Substring) -> Bool {
    text == "cpu" || (text.hasPrefix("cuda_") || text.hasPrefix("cann_")) && isVersioned(text)
  }

  private static func isPython(_ text: Substring) -> Bool { text.hasPrefix("python") && isVersion(text.dropFirst(6)) }

  private static func isProcessor(_ text: Substring) -> Bool {
    ["cpu", "gpu"].contains(text) || text.hasPrefix("cuda") || text.hasPrefix("ascend") || text.hasPrefix("cann")
  }

  /// Numbers with dots between them, of which the last may have letters behind it, as in `8.0.rc1`.
  private static func isVersion(_ text: Substring) -> Bool {
    guard let first = text.utf8.first, let last = text.utf8.last, (0x30...0x39).contains(first) else { return false }
    return last != UInt8(ascii: ".") && text.utf8.allSatisfy { isPlain($0) && $0 != UInt8(ascii: "_") }
  }

  private static func isPlain(_ byte: UInt8) -> Bool {
    switch byte {
    case 0x30...0x39, 0x41...0x5A, 0x61...0x7A, UInt8(ascii: "."), UInt8(ascii: "_"): true
    default: false
    }
  }
}
