// Stands in for libFuzzer where the compiler has none: mutates the sentences of a seed file, always in the same way.
//
//   fuzz-signature SEEDS [RUNS]
#include <cstdio>
#include <cstdlib>
#include <fstream>
#include <random>
#include <string>
#include <vector>

extern "C" int LLVMFuzzerTestOneInput(const uint8_t* data, size_t size);

int main(int count, char** arguments) {
  std::vector<std::string> seeds;
  std::ifstream file(count > 1 ? arguments[1] : "");
  for (std::string line; std::getline(file, line);)
    if (!line.empty()) seeds.push_back(line);
  if (seeds.empty()) {
    std::fprintf(stderr, "fuzz: the seed file holds no lines; expected one sentence a line\n");
    return 3;
  }
  const long runs = count > 2 ? std::atol(arguments[2]) : 300000;
  const std::vector<std::string> words = {"...",   "...a",  "->", "()", "[",      "]",      "f32[", "T[",
                                          "u8",    "?:",    "!:", "*:", " = ",    "-inf",   "inf",  "1e",
                                          "-1",    "[1 1]", "|",  ",",  ": ints", ": real", "true", "99999999999999999999",
                                          "1.5e-9"};
  std::mt19937_64 random(1);
  auto below = [&](size_t n) { return static_cast<size_t>(random() % n); };
  for (long run = 0; run < runs; ++run) {
    std::string text = seeds[below(seeds.size())];
    for (size_t edits = 1 + below(6); edits > 0; --edits) {
      size_t at = below(text.size() + 1), length = std::min(text.size() - at, below(8));
      switch (below(6)) {
        case 0: text.erase(at, length); break;
        case 1: text.insert(at, words[below(words.size())]); break;
        case 2: text.insert(at, text.substr(at, length)); break;
        case 3: text.insert(at, 1, static_cast<char>(below(256))); break;
        case 4: {
          const std::string& other = seeds[below(seeds.size())];
          text = text.substr(0, at) + other.substr(below(other.size()));
          break;
        }
        default:
          if (at < text.size()) text[at] = static_cast<char>(text[at] ^ (1 << below(8)));
      }
    }
    // An exact copy on the heap: the address sanitizer sees a read past its end.
    std::vector<uint8_t> bytes(text.begin(), text.end());
    bytes.shrink_to_fit();
    LLVMFuzzerTestOneInput(bytes.data(), bytes.size());
  }
  std::printf("fuzz: %ld mutated sentences, no crash\n1 passed, 0 failed\n", runs);
  return 0;
}
