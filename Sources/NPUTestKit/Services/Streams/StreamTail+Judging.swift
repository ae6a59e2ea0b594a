internal import NPUTransport

/// What the judge asks of the rest of a stream.
extension StreamTail {
  /// The lines that say something: neither comments nor white space.
  private var lines: [ArraySlice<UInt8>] {
    bytes.split { $0 == 0x0A || $0 == 0x0D }.filter { line in
      line.first != 0x3A && line.contains { $0 != 0x20 && $0 != 0x09 }
    }
  }

  /// Whether an event has begun.
  var beginsEvent: Bool { !lines.isEmpty }

  /// The lines that belong to no event, which are the text of a server that gave up.
  var bareText: [UInt8] {
    let fields = ["data", "event", "id", "retry"].map(\.utf8)
    let text = lines.filter { line in
      let name = line.prefix { $0 != 0x3A }
      // The last line may be cut inside the name of its field.
      return !fields.contains { name.elementsEqual($0) || (name.count == line.count && $0.starts(with: name)) }
    }
    return Array(text.joined(separator: [0x0A]))
  }
}
