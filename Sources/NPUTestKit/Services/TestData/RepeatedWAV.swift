internal import NPUMetrics

/// A WAV file with the samples of another, several times over, made without decoding it.
package enum RepeatedWAV {
  /// Makes the file.
  ///
  /// - Parameters:
  ///   - once: A file with a plain header of 44 bytes.
  ///   - count: How many times.
  /// - Returns: The file.
  /// - Throws: `AudioError` if it would be longer than a WAV file can be.
  package static func file(_ once: [UInt8], count: Int) throws -> [UInt8] {
    let data = once.dropFirst(44)
    guard count >= 1, data.count <= (Int(UInt32.max) - 36) / count else {
      throw AudioError(
        kind: .tooLarge, message: "\(count) times \(data.count) bytes are more than a WAV file holds; make it shorter.")
    }
    let size = data.count * count
    func little(_ value: Int) -> [UInt8] { (0..<4).map { UInt8(truncatingIfNeeded: value >> (8 * $0)) } }
    var file = Array(once.prefix(4)) + little(size + 36) + Array(once[8..<40]) + little(size)
    file.reserveCapacity(44 + size)
    for _ in 0..<count { file += data }
    return file
  }
}
