/// The power spectrum of real samples by a fast Fourier transform of radix 2.
///
/// Two neighbouring samples are taken as one complex number, so that n samples need a transform of n / 2; the
/// spectrum is then taken apart by its symmetry. X(k) = sum over j of x(j) e^(-2 π i j k / n), without scaling.
/// Source: Cooley and Tukey, "An Algorithm for the Machine Calculation of Complex Fourier Series", Mathematics of
/// Computation 19 (1965). O(n log n) time; the factors are kept between transforms.
struct RealFFT {
  /// The number of samples, a power of two of 4 or more.
  let size: Int
  private let cosines: [Double]
  private let sines: [Double]
  private let reversed: [Int]
  private var real: [Double]
  private var imaginary: [Double]

  /// Prepares for a number of samples.
  init(size: Int) {
    precondition(size >= 4 && size & (size - 1) == 0, "An FFT size is a power of two of 4 or more, not \(size).")
    self.size = size
    let half = size / 2
    cosines = (0..<half).map { .cosine(turns: Double($0) / Double(size)) }
    sines = (0..<half).map { -.sine(turns: Double($0) / Double(size)) }
    let bits = half.trailingZeroBitCount
    reversed = (0..<half).map { index in
      var result = 0
      for bit in 0..<bits where index & (1 << bit) != 0 { result |= 1 << (bits - 1 - bit) }
      return result
    }
    real = Array(repeating: 0, count: half)
    imaginary = real
  }

  /// Writes |X(k)|^2 for k from 0 to size / 2.
  ///
  /// - Parameters:
  ///   - samples: `size` samples.
  ///   - power: Room for size / 2 + 1 values.
  mutating func powerSpectrum(of samples: [Double], into power: inout [Double]) {
    let half = size / 2
    precondition(samples.count == size && power.count == half + 1, "Sizes of an FFT and its buffers must agree.")
    for index in 0..<half {
      let target = reversed[index]
      real[target] = samples[2 * index]
      imaginary[target] = samples[2 * index + 1]
    }
    transform()
    power[0] = (real[0] + imaginary[0]) * (real[0] + imaginary[0])
    power[half] = (real[0] - imaginary[0]) * (real[0] - imaginary[0])
    for k in 1..<half {
      let mirror = half - k
      // Even samples: (Z(k) + conj Z(m)) / 2; odd ones: (Z(k) - conj Z(m)) / 2i.
      let evenReal = (real[k] + real[mirror]) / 2
      let evenImaginary = (imaginary[k] - imaginary[mirror]) / 2
      let oddReal = (imaginary[k] + imaginary[mirror]) / 2
      let oddImaginary = (real[mirror] - real[k]) / 2
      let x = evenReal + cosines[k] * oddReal - sines[k] * oddImaginary
      let y = evenImaginary + cosines[k] * oddImaginary + sines[k] * oddReal
      power[k] = x * x + y * y
    }
  }

  private mutating func transform() {
    let count = real.count
    var span = 1
    while span < count {
      // The table is of the whole size: e^(-2 π i j / (2 span)) is its entry j size / (2 span).
      let step = size / (2 * span)
      for start in stride(from: 0, to: count, by: 2 * span) {
        for offset in 0..<span {
          let (first, second) = (start + offset, start + offset + span)
          let (c, s) = (cosines[offset * step], sines[offset * step])
          let x = real[second] * c - imaginary[second] * s
          let y = real[second] * s + imaginary[second] * c
          real[second] = real[first] - x
          imaginary[second] = imaginary[first] - y
          real[first] += x
          imaginary[first] += y
        }
      }
      span *= 2
    }
  }
}
