#include <array>
#include <string>

#include <ATen/ATen.h>
#include <arpa/inet.h>
#include <ifaddrs.h>
#include <net/if.h>
#include <netdb.h>
#include <sys/socket.h>
#include <torch/csrc/distributed/c10d/ProcessGroupGloo.hpp>
#include <unistd.h>

#include "contrastive/communication/store.hpp"
#include "contrastive/communication/transports.hpp"
#include "flow/error.hpp"

namespace lagoon::contrastive {
namespace {

std::string numeric(const sockaddr* address, socklen_t length) {
  std::array<char, NI_MAXHOST> text = {};
  const int failed =
      getnameinfo(address, length, text.data(), text.size(), nullptr, 0, NI_NUMERICHOST);
  return failed != 0 ? "" : text.data();
}

/// The address of this machine that packets to the host leave from; "" if there is no way to it.
/// (To connect a datagram socket sends nothing.)
std::string own_address_towards(const std::string& host, int port) {
  addrinfo hints = {}, *found = nullptr;
  hints.ai_socktype = SOCK_DGRAM;
  if (getaddrinfo(host.c_str(), std::to_string(port).c_str(), &hints, &found) != 0) return "";
  std::string result;
  for (const addrinfo* entry = found; entry != nullptr && result.empty(); entry = entry->ai_next) {
    const int probe = socket(entry->ai_family, SOCK_DGRAM, 0);
    sockaddr_storage own = {};
    socklen_t length = sizeof own;
    if (probe >= 0 && connect(probe, entry->ai_addr, entry->ai_addrlen) == 0 &&
        getsockname(probe, reinterpret_cast<sockaddr*>(&own), &length) == 0) {
      result = numeric(reinterpret_cast<sockaddr*>(&own), length);
    }
    if (probe >= 0) close(probe);
  }
  freeaddrinfo(found);
  return result;
}

bool is_loopback(const std::string& address) {
  return address.starts_with("127.") || address == "::1";
}

/// The first address of this machine that others can reach, or "".
std::string outward_address() {
  ifaddrs* all = nullptr;
  if (getifaddrs(&all) != 0) return "";
  std::string result;
  for (const ifaddrs* entry = all; entry != nullptr && result.empty(); entry = entry->ifa_next) {
    const bool is_up = (entry->ifa_flags & IFF_UP) != 0 && (entry->ifa_flags & IFF_LOOPBACK) == 0;
    if (entry->ifa_addr == nullptr || entry->ifa_addr->sa_family != AF_INET || !is_up) continue;
    result = numeric(entry->ifa_addr, sizeof(sockaddr_in));
  }
  freeifaddrs(all);
  return result;
}

/// The network that ranks talk over: GLOO_SOCKET_IFNAME's, or the one towards the meeting place.
/// Where that is this machine under the name that it has for itself (Debian's 127.0.1.1), and there
/// are others, one that they can reach.
std::shared_ptr<::gloo::transport::Device> device_of(const Launch& launch) {
  using Gloo = c10d::ProcessGroupGloo;
  if (const char* name = getenv("GLOO_SOCKET_IFNAME")) return Gloo::createDeviceForInterface(name);
  std::string address = own_address_towards(launch.host, launch.port);
  if (is_loopback(address) && launch.size > launch.local_size) address = outward_address();
  return address.empty() ? Gloo::createDefaultDevice() : Gloo::createDeviceForHostname(address);
}

class GlooTransport : public Transport {
 public:
  explicit GlooTransport(const Launch& launch) {
    const auto options = c10d::ProcessGroupGloo::Options::create(kSilence);
    options->devices.push_back(device_of(launch));
    options->threads = 1;
    group_ = c10::make_intrusive<c10d::ProcessGroupGloo>(meeting_store(launch), launch.rank,
                                                         launch.size, options);
  }

  std::string name() const override { return "gloo"; }

  void sum(const at::Tensor& tensor, std::chrono::seconds patience) override {
    reduce(tensor, c10d::ReduceOp::SUM, patience);
  }
  void maximum(const at::Tensor& tensor, std::chrono::seconds patience) override {
    reduce(tensor, c10d::ReduceOp::MAX, patience);
  }

  void gather(const at::Tensor& own, const at::Tensor& all,
              std::chrono::seconds patience) override {
    c10d::AllgatherOptions options;
    options.timeout = patience;
    std::vector<at::Tensor> inputs = {own};
    std::vector<std::vector<at::Tensor>> outputs = {all.unbind()};
    group_->allgather(outputs, inputs, options)->wait();
  }

 private:
  void reduce(const at::Tensor& tensor, c10d::ReduceOp::RedOpType operation,
              std::chrono::seconds patience) {
    c10d::AllreduceOptions options;
    options.reduceOp = operation;
    options.timeout = patience;
    std::vector<at::Tensor> tensors = {tensor};
    group_->allreduce(tensors, options)->wait();
  }

  c10::intrusive_ptr<c10d::ProcessGroupGloo> group_;
};

}  // namespace

std::unique_ptr<Transport> gloo_transport(const Launch& launch) {
  return std::make_unique<GlooTransport>(launch);
}

}  // namespace lagoon::contrastive
